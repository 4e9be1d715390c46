// How much a worker holds of requests that have to be read as a whole before anything of them is
// sent. Each is bounded (exchange.h); here all of them are, so that slow senders fill no memory.
#pragma once

#include <cstddef>

namespace sightglass::capture {

/// Thread-safety: the worker's thread.
class HeldBodies {
public:
    static constexpr std::size_t kBytesMax = 256U << 20;

    /// What one request has of it, as long as this lives.
    /// Thread-safety: the worker's thread.
    class Share {
    public:
        explicit Share(HeldBodies& all) noexcept : all_(all) {}

        ~Share() { all_.bytes_ -= bytes_; }

        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        /// False where that is more than there is room for; nothing changes then.
        bool GrowTo(std::size_t bytes) noexcept {
            if (bytes > bytes_ && bytes - bytes_ > kBytesMax - all_.bytes_) {
                return false;
            }
            all_.bytes_ = all_.bytes_ - bytes_ + bytes;
            bytes_ = bytes;
            return true;
        }

    private:
        HeldBodies& all_;
        std::size_t bytes_ = 0;
    };

private:
    std::size_t bytes_ = 0;
};

}  // namespace sightglass::capture
