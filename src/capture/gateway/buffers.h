// Memory that moves between the connections of one worker, so that an idle connection holds none.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "net/stream.h"

namespace sightglass::capture {

/// Strings that keep their capacity while nobody needs them.
/// Thread-safety: one thread.
class BufferPool {
public:
    std::string Take();
    /// Takes a string back; one that is unusually large, or one too many, is freed.
    void Give(std::string&& buffer) noexcept;

private:
    std::vector<std::string> free_;
};

/// Bytes read from a peer and not consumed yet. They lie in the worker's scratch memory at first; whoever suspends must
/// Keep() them before.
/// Thread-safety: one thread.
class Inbox {
public:
    explicit Inbox(BufferPool& pool) noexcept : pool_(pool) {}

    ~Inbox();
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    std::string_view View() const noexcept { return view_; }

    bool empty() const noexcept { return view_.empty(); }

    /// Adds bytes that were just read into scratch memory. Where nothing is waiting they are not copied; what is waiting was
    /// kept before the scratch memory was written to.
    void Add(std::string_view scratch);
    void Consume(std::size_t size);

    /// Consumes bytes that somebody still views: their memory stays until Release().
    void ConsumeViewed(std::size_t size) noexcept { view_.remove_prefix(size); }

    /// Gives back the memory of what was consumed, where nothing is left.
    void Release() noexcept;
    /// Copies what lies in scratch memory, which others will use next.
    void Keep();

    /// The memory in which what is waiting lies, where that was kept and is all that the memory holds; else null. Whoever
    /// moves it away, or swaps it, calls Taken() next.
    std::string* Memory() noexcept;
    /// What was waiting is gone with its memory.
    void Taken() noexcept;

private:
    BufferPool& pool_;
    std::string kept_;
    std::string_view view_;
};

/// Bytes that are to be written and for which the peer had no room yet. Its owner reads nothing more from the other side
/// while it holds any, so that it stays as small as one read.
/// Thread-safety: one thread.
class Outbox {
public:
    explicit Outbox(BufferPool& pool) noexcept : pool_(pool) {}

    ~Outbox();
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    bool empty() const noexcept { return offset_ == pending_.size(); }

    /// Writes what is pending, then the parts; keeps what does not go out now. kOk: everything went out. kWouldBlock: the
    /// stream's signal will be raised when there is room.
    net::IoResult Send(net::Stream& stream, std::initializer_list<std::string_view> parts);

    /// Writes what is pending; kOk once nothing of it, and nothing that the stream deferred, is still here.
    net::IoResult Flush(net::Stream& stream);

    void Clear() noexcept;

private:
    net::IoResult FlushPending(net::Stream& stream);

    BufferPool& pool_;
    std::string pending_;
    std::size_t offset_ = 0;
};

}  // namespace sightglass::capture
