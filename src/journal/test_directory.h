// For tests: a directory of their own, and the few things that they do with a journal.
#pragma once

#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/test_directory.h"
#include "journal/journal.h"

namespace sightglass::journal {

using sightglass::TestDirectory;

/// What is in the directory with that extension, such as ".seg".
inline std::vector<Path> FilesLike(const TestDirectory& directory, std::string_view extension) {
    std::vector<Path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        if (entry.path().extension() == extension) {
            files.push_back(entry.path());
        }
    }
    return files;
}

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
