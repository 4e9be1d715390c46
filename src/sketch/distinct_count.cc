#include "sketch/distinct_count.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sightglass::sketch {
namespace {

// What the first byte of an encoding says; never changed, for they are on disk.
constexpr char kHashes = 1;      // Each in four bytes, the lowest first, rising.
constexpr char kRegisters4 = 2;  // Two in a byte, the first in its lower half.

constexpr std::size_t kHashBytes = 4;
constexpr std::uint8_t kRegisterMax = 15;  // 4096 registers reach it beyond 100 million values.
constexpr std::size_t kLooseMax = 256;     // Hashes that wait to be sorted.

void PutHash(std::uint32_t hash, std::string& bytes) {
    for (std::size_t i = 0; i < kHashBytes; ++i) {
        bytes.push_back(static_cast<char>(hash >> (8 * i) & 0xffU));
    }
}

std::uint32_t HashAt(std::string_view bytes, std::size_t place) noexcept {
    std::uint32_t hash = 0;
    for (std::size_t i = 0; i < kHashBytes; ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[place + i]);
        hash |= std::uint32_t{byte} << (8 * i);
    }
    return hash;
}

}  // namespace

std::uint32_t DistinctHash(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a …
    for (const char c : text) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
    }
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdULL;  // … and MurmurHash3's last steps.
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return static_cast<std::uint32_t>(hash >> 32);
}

void DistinctCount::Add(std::uint32_t hash) {
    if (!registers_.empty()) {
        Raise(hash);
        return;
    }
    hashes_.push_back(hash);
    if (hashes_.size() - compact_ > kLooseMax) {
        Compact();
    }
}

void DistinctCount::Compact() {
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    compact_ = hashes_.size();
    if (compact_ > kExactMax) {
        Spread();
    }
}

/// From hashes to registers.
void DistinctCount::Spread() {
    registers_.assign(kRegisters, 0);
    for (const std::uint32_t hash : hashes_) {
        Raise(hash);
    }
    hashes_ = {};
    compact_ = 0;
}

/// A register remembers the longest run of zeros after its own bits of a hash.
void DistinctCount::Raise(std::uint32_t hash) {
    const std::uint32_t rest = hash << kIndexBits;
    const int zeros = std::min(std::countl_zero(rest), 32 - kIndexBits);
    const auto rank = std::min<std::uint8_t>(static_cast<std::uint8_t>(zeros + 1), kRegisterMax);
    std::uint8_t& kept = registers_[hash >> (32 - kIndexBits)];
    kept = std::max(kept, rank);
}

void DistinctCount::Merge(const DistinctCount& other) {
    if (other.registers_.empty()) {
        for (const std::uint32_t hash : other.hashes_) {
            Add(hash);
        }
        return;
    }
    if (registers_.empty()) {
        Spread();
    }
    for (std::size_t i = 0; i < kRegisters; ++i) {
        registers_[i] = std::max(registers_[i], other.registers_[i]);
    }
}

double DistinctCount::EstimateCount() const {
    const auto count = static_cast<double>(kRegisters);
    double sum = 0;
    for (const std::uint8_t rank : registers_) {
        sum += std::ldexp(1.0, -rank);
    }
    const double raw = 0.7213 / (1 + 1.079 / count) * count * count / sum;
    const auto empty = std::count(registers_.begin(), registers_.end(), 0);
    if (raw <= 2.5 * count && empty > 0) {
        return count * std::log(count / static_cast<double>(empty));
    }
    return raw;
}

std::uint64_t DistinctCount::Count() const {
    if (!registers_.empty()) {
        return static_cast<std::uint64_t>(std::llround(EstimateCount()));
    }
    DistinctCount sorted = *this;
    sorted.Compact();
    return sorted.registers_.empty() ? sorted.compact_ : sorted.Count();
}

std::string DistinctCount::Encode() const {
    std::string bytes;
    if (registers_.empty()) {
        DistinctCount sorted = *this;
        sorted.Compact();
        if (!sorted.registers_.empty()) {
            return sorted.Encode();
        }
        for (const std::uint32_t hash : sorted.hashes_) {
            if (bytes.empty()) {
                bytes.push_back(kHashes);
            }
            PutHash(hash, bytes);
        }
        return bytes;
    }
    bytes.push_back(kRegisters4);
    for (std::size_t i = 0; i < kRegisters; i += 2) {
        bytes.push_back(static_cast<char>(registers_[i] | registers_[i + 1] << 4));
    }
    return bytes;
}

bool DistinctCount::MergeEncoded(std::string_view bytes) {
    if (bytes.empty()) {
        return true;
    }
    const char kind = bytes.front();
    bytes.remove_prefix(1);
    if (kind == kHashes && bytes.size() % kHashBytes == 0) {
        for (std::size_t place = 0; place < bytes.size(); place += kHashBytes) {
            Add(HashAt(bytes, place));
        }
        return true;
    }
    if (kind != kRegisters4 || bytes.size() != kRegisters / 2) {
        return false;
    }
    if (registers_.empty()) {
        Spread();
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto pair = static_cast<std::uint8_t>(bytes[i]);
        registers_[2 * i] = std::max<std::uint8_t>(registers_[2 * i], pair & 0x0fU);
        registers_[2 * i + 1] = std::max<std::uint8_t>(registers_[2 * i + 1], pair >> 4);
    }
    return true;
}

}  // namespace sightglass::sketch
