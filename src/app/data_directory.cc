#include "app/data_directory.h"

#include <chrono>
#include <thread>
#include <utility>

namespace sightglass::app {

Result<FileDescriptor> OpenDataDirectory(const Path& directory) {
    SG_TRY(EnsurePrivateDirectory(directory));
    // A server that was killed holds its lock until the system has taken its memory back.
    constexpr auto kPatience = std::chrono::seconds(2);
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    auto locked = LockFile(directory / "lock");
    while (!locked.Ok() && locked.error().code == ErrorCode::kConflict &&
           std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        locked = LockFile(directory / "lock");
    }
    if (!locked.Ok() && locked.error().code == ErrorCode::kConflict) {
        return Error{
            ErrorCode::kConflict,
            "another Sightglass is running on " + directory.string() +
                "; stop it, or choose another --data-dir"};
    }
    return locked;
}

}  // namespace sightglass::app
