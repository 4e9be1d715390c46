// For tests and benchmarks: a directory of their own.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"

namespace sightglass {

/// An empty directory, deleted with its owner.
/// Thread-safety: one thread at a time.
class TestDirectory {
public:
    TestDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "sightglass-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }

    ~TestDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TestDirectory(const TestDirectory&) = delete;
    TestDirectory& operator=(const TestDirectory&) = delete;

    const Path& path() const { return path_; }

    Path operator/(std::string_view name) const { return path_ / name; }

private:
    Path path_;
};

}  // namespace sightglass
