// For tests: values of every kind that the detectors know, made up by generators that know each kind's checksum, and values that
// only look like them. Written apart from the detectors: nothing here is shared with what is tested.
//
// Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "redact/finding.h"

namespace sightglass::redact {

struct Planted {
    std::string before;  ///< What leads to it: "my number is ".
    std::string value;
    Kind kind = Kind::kSecret;
};

/// The same values in the same order for the same seed.
class PlantedValues {
public:
    explicit PlantedValues(std::uint64_t seed) : random_(seed) {}

    Planted Email();
    Planted Phone();
    Planted Card();
    Planted Iban();
    Planted ChineseId();
    Planted DutchId();
    Planted UnitedStatesId();
    Planted Ip();
    Planted Key();
    Planted PrivateKey();
    Planted Password();

    /// What looks like one of them and is none.
    std::string Decoy();

    std::size_t Below(std::size_t bound) { return random_() % bound; }

    template <typename Items>
    auto Pick(const Items& items) {
        return *(std::begin(items) + static_cast<std::ptrdiff_t>(Below(std::size(items))));
    }

private:
    std::string Digits(std::size_t count);
    std::string From(std::string_view alphabet, std::size_t count);
    /// 'd' becomes a digit, 'n' one above 1, 'h' a hexadecimal digit, all else stays.
    std::string Fill(std::string_view shape);
    std::string CardDigits(std::string prefix, std::size_t size, int off);
    std::string IbanText(int off);
    std::string ChineseIdText(int off);
    std::string DutchIdText(int off);

    std::mt19937_64 random_;
};

}  // namespace sightglass::redact
