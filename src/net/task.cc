#include "net/task.h"

#include <array>
#include <new>

namespace sightglass::net {
namespace {

constexpr std::size_t kClassBytes = 256;
constexpr std::size_t kClasses = 16;
constexpr std::size_t kKeptPerClass = 1024;

/// Freed frames of one thread, by size rounded up.
class FreeFrames {
public:
    ~FreeFrames() {
        for (List& list : lists_) {
            while (list.first != nullptr) {
                Frame* const frame = list.first;
                list.first = frame->next;
                ::operator delete(frame);
            }
        }
    }

    void* Take(std::size_t size_class) {
        List& list = lists_[size_class];
        if (list.first == nullptr) {
            return ::operator new((size_class + 1) * kClassBytes);
        }
        Frame* const frame = list.first;
        list.first = frame->next;
        --list.count;
        return frame;
    }

    void Keep(void* memory, std::size_t size_class) noexcept {
        List& list = lists_[size_class];
        if (list.count >= kKeptPerClass) {
            ::operator delete(memory);
            return;
        }
        list.first = new (memory) Frame{list.first};
        ++list.count;
    }

private:
    struct Frame {
        Frame* next;
    };

    struct List {
        Frame* first = nullptr;
        std::size_t count = 0;
    };

    std::array<List, kClasses> lists_;
};

thread_local FreeFrames free_frames;

/// A coroutine that runs at once and destroys itself.
struct Detached {
    struct promise_type {  // NOLINT(readability-identifier-naming)

        static void* operator new(std::size_t size) { return FrameMemory::Allocate(size); }

        static void operator delete(void* frame, std::size_t size) noexcept {
            FrameMemory::Free(frame, size);
        }

        Detached get_return_object() noexcept {
            return {};
        }  // NOLINT(readability-identifier-naming)

        std::suspend_never initial_suspend() noexcept {
            return {};
        }  // NOLINT(readability-identifier-naming)

        std::suspend_never final_suspend() noexcept {
            return {};
        }  // NOLINT(readability-identifier-naming)

        void return_void() noexcept {}  // NOLINT(readability-identifier-naming)

        void unhandled_exception() noexcept {
            std::terminate();
        }  // NOLINT(readability-identifier-naming)
    };
};

Detached RunToEnd(Task<void> task) {
    co_await task;
}

}  // namespace

void* FrameMemory::Allocate(std::size_t size) {
    const std::size_t size_class = (size - 1) / kClassBytes;
    return size_class < kClasses ? free_frames.Take(size_class) : ::operator new(size);
}

void FrameMemory::Free(void* frame, std::size_t size) noexcept {
    const std::size_t size_class = (size - 1) / kClassBytes;
    if (size_class < kClasses) {
        free_frames.Keep(frame, size_class);
    } else {
        ::operator delete(frame);
    }
}

void Spawn(Task<void> task) {
    RunToEnd(std::move(task));
}

}  // namespace sightglass::net
