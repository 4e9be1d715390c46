// Which column means what, where no format is known: by its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightglass::capture::files {

/// A column of a file and what it means. Thread-safety: plain value.
struct Mapped {
    std::string column;
    std::string target;  ///< See targets.h.
};

/// A meaning for each column whose name says one, each meaning once. Names are compared without
/// case and signs; of members of objects the last part of their path may tell.
/// Thread-safety: pure.
std::vector<Mapped> GuessMapping(const std::vector<std::string>& columns);

}  // namespace sightglass::capture::files
