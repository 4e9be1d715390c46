// Heavy hitters: the most frequent of any number of names, in bounded memory (the algorithm
// Space-Saving of Metwally, Agrawal and El Abbadi, 2005).
//
// A name that is counted more than total / capacity times is always among those kept, and no count
// is too low; it is too high by at most `error`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::sketch {

/// Thread-safety: one thread at a time.
class HeavyHitters {
public:
    struct Hitter {
        std::string name;
        std::uint64_t count = 0;
        std::uint64_t error = 0;  ///< At most so much of `count` belongs to others.
    };

    /// Keeps `capacity` names, at least one.
    explicit HeavyHitters(std::size_t capacity);

    /// Counts the name, and answers what is known of it now.
    const Hitter& Add(std::string_view name, std::uint64_t count = 1);

    void Remove(std::string_view name);

    /// Every count becomes half, so that what was long ago weighs less.
    void Halve();

    /// Most frequent first.
    std::vector<Hitter> Top(std::size_t count) const;

    std::size_t size() const noexcept { return by_name_.size(); }

private:
    using Names = std::map<std::string, Hitter, std::less<>>;

    void Move(Names::iterator at, std::uint64_t count);

    std::size_t capacity_;
    Names by_name_;
    std::multimap<std::uint64_t, Names::iterator> by_count_;
};

}  // namespace sightglass::sketch
