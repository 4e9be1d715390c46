// For tests: a text, imported.
//
// Thread-safety: one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "capture/files/file_import.h"

namespace sightglass::capture::files {

/// What an import of a text yields.
struct Imported {
    std::vector<Call> calls;
    std::vector<std::string> rejected;  ///< "line field: reason"
    ImportCounts counts;
    std::string error;
};

inline Imported ImportText(std::string_view text, const ImportOptions& options = {}) {
    Imported imported;
    auto file = FileImport::OfBytes(text, options);
    if (!file.Ok()) {
        imported.error = file.error().message;
        return imported;
    }
    const auto counts = (*file)->Run({
        .call =
            [&imported](const Call& call) {
                imported.calls.push_back(call);
                return Status();
            },
        .reject =
            [&imported](const Rejected& rejected) {
                imported.rejected.push_back(
                    std::to_string(rejected.line) + " " + std::string(rejected.field) + ": " +
                    std::string(rejected.reason)
                );
                return Status();
            },
        .progress = {},
    });
    EXPECT_TRUE(counts.Ok());
    imported.counts = *counts;
    return imported;
}

}  // namespace sightglass::capture::files
