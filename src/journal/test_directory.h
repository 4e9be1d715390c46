// For tests: a directory of their own, and the few things that they do with a journal.
#pragma once

#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal.h"

namespace sightglass::journal {

/// An empty directory, deleted with its owner.
/// Thread-safety: one thread at a time.
class TestDirectory {
public:
    TestDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }

    ~TestDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TestDirectory(const TestDirectory&) = delete;
    TestDirectory& operator=(const TestDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::vector<std::filesystem::path> FilesLike(std::string_view extension) const {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            if (entry.path().extension() == extension) {
                files.push_back(entry.path());
            }
        }
        return files;
    }

private:
    std::filesystem::path path_;
};

/// Append with the payload at hand.
inline bool
TryAppend(Writer& writer, std::string_view payload, RecordType type = RecordType::kCallBegin) {
    return writer.Append(type, payload.size(), [&](char* out) {
        if (!payload.empty()) {
            std::memcpy(out, payload.data(), payload.size());
        }
    });
}

}  // namespace sightglass::journal
