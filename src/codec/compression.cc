#include "codec/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <brotli/decode.h>

#include "base/text.h"

namespace sightglass::codec {
namespace {

constexpr std::size_t kPieceBytes = 16U << 10;
/// A frame that needs a larger window is refused. Source: RFC 9659 allows 8 MiB for HTTP.
constexpr int kZstdWindowLogMax = 23;
constexpr std::size_t kMagicBytes = 4;

/// How much the output of a decoder may be: NewDecoder's parameters.
struct DecodingBounds {
    std::size_t bytes_max = 0;
    std::size_t expansion_max = 0;
};

Error Corrupt(std::string_view encoding) {
    return {ErrorCode::kCorrupt, "body does not follow content-encoding " + std::string(encoding)};
}

/// What all decoders share: the bound on output, and that a failure is final.
class BoundedDecoder : public Decoder {
public:
    explicit BoundedDecoder(const DecodingBounds& bounds) : bounds_(bounds) {}

    Status Feed(std::string_view bytes, std::string& out) final {
        if (!failure_.has_value()) {
            taken_ += bytes.size();
            Status status = Run(bytes, out);
            if (status.Ok()) {
                return {};
            }
            failure_ = std::move(status).error();
        }
        return *failure_;
    }

    bool Complete() const noexcept final { return !failure_.has_value() && AtEnd(); }

protected:
    virtual Status Run(std::string_view bytes, std::string& out) = 0;
    virtual bool AtEnd() const noexcept = 0;

    /// Appends as much as the bound allows.
    Status Put(std::string_view piece, std::string& out) {
        const std::size_t put = std::min(piece.size(), Allowed() - given_);
        out.append(piece.substr(0, put));
        given_ += put;
        if (put < piece.size()) {
            return Error{ErrorCode::kTooLarge, "decoded body is larger than is read"};
        }
        return {};
    }

    std::array<char, kPieceBytes> piece_;  // NOLINT(misc-non-private-member-variables-in-classes)

private:
    /// Of output, for the input so far. Never less than before.
    std::size_t Allowed() const noexcept {
        if (bounds_.expansion_max == 0 || taken_ > bounds_.bytes_max / bounds_.expansion_max) {
            return bounds_.bytes_max;
        }
        return std::min(bounds_.bytes_max, kExpansionFreeBytes + taken_ * bounds_.expansion_max);
    }

    const DecodingBounds bounds_;
    std::size_t taken_ = 0;
    std::size_t given_ = 0;
    std::optional<Error> failure_;
};

class IdentityDecoder final : public BoundedDecoder {
public:
    using BoundedDecoder::BoundedDecoder;

private:
    Status Run(std::string_view bytes, std::string& out) override { return Put(bytes, out); }

    bool AtEnd() const noexcept override { return true; }
};

/// gzip, also of several members, and "deflate", by which some mean zlib's format and some raw
/// deflate.
class ZlibDecoder final : public BoundedDecoder {
public:
    enum class Format : std::uint8_t { kGzip, kDeflate };

    ZlibDecoder(Format format, const DecodingBounds& bounds)
        : BoundedDecoder(bounds), format_(format) {}

    ~ZlibDecoder() override {
        if (started_) {
            inflateEnd(&stream_);
        }
    }

    ZlibDecoder(const ZlibDecoder&) = delete;
    ZlibDecoder& operator=(const ZlibDecoder&) = delete;

private:
    Status Run(std::string_view bytes, std::string& out) override {
        if (started_) {
            return Inflate(bytes, out);
        }
        head_.append(bytes);
        if (head_.size() < 2) {
            return {};
        }
        if (inflateInit2(&stream_, WindowBits()) != Z_OK) {
            return Error{ErrorCode::kInternal, "zlib cannot start"};
        }
        started_ = true;
        const std::string head = std::move(head_);
        return Inflate(head, out);
    }

    /// A zlib header is told from raw deflate by its check bits. Source: RFC 1950, section 2.2.
    int WindowBits() const noexcept {
        if (format_ == Format::kGzip) {
            return 16 + MAX_WBITS;
        }
        const auto first = static_cast<unsigned char>(head_[0]);
        const auto second = static_cast<unsigned char>(head_[1]);
        const bool zlib = (first & 0x0FU) == 8 && (first * 256U + second) % 31 == 0;
        return zlib ? MAX_WBITS : -MAX_WBITS;
    }

    Status Inflate(std::string_view bytes, std::string& out) {
        while (!bytes.empty()) {
            const std::string_view part = bytes.substr(0, std::numeric_limits<uInt>::max());
            bytes.remove_prefix(part.size());
            SG_TRY(InflatePart(part, out));
        }
        return {};
    }

    Status InflatePart(std::string_view part, std::string& out) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
        stream_.avail_in = static_cast<uInt>(part.size());
        do {
            if (ended_) {
                if (format_ != Format::kGzip || inflateReset(&stream_) != Z_OK) {
                    return Corrupt("deflate");
                }
                ended_ = false;
            }
            stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
            stream_.avail_out = static_cast<uInt>(piece_.size());
            const int result = inflate(&stream_, Z_NO_FLUSH);
            SG_TRY(Put({piece_.data(), piece_.size() - stream_.avail_out}, out));
            ended_ = result == Z_STREAM_END;
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
                return Corrupt(format_ == Format::kGzip ? "gzip" : "deflate");
            }
        } while (stream_.avail_in > 0 || (stream_.avail_out == 0 && !ended_));
        return {};
    }

    bool AtEnd() const noexcept override { return ended_ || (!started_ && head_.empty()); }

    Format format_;
    z_stream stream_{};
    std::string head_;
    bool started_ = false;
    bool ended_ = false;
};

class BrotliDecoder final : public BoundedDecoder {
public:
    explicit BrotliDecoder(const DecodingBounds& bounds)
        : BoundedDecoder(bounds), state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}

private:
    struct Destroy {
        void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
    };

    Status Run(std::string_view bytes, std::string& out) override {
        if (state_ == nullptr) {
            return Error{ErrorCode::kInternal, "brotli cannot start"};
        }
        const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
        std::size_t left = bytes.size();
        any_ = any_ || left > 0;
        while (true) {
            if (left > 0 && AtEndOfStream()) {
                return Corrupt("br");
            }
            auto* target = reinterpret_cast<std::uint8_t*>(piece_.data());
            std::size_t room = piece_.size();
            const BrotliDecoderResult result =
                BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &target, nullptr);
            SG_TRY(Put({piece_.data(), piece_.size() - room}, out));
            if (result == BROTLI_DECODER_RESULT_ERROR) {
                return Corrupt("br");
            }
            if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT ||
                (result == BROTLI_DECODER_RESULT_SUCCESS && left == 0)) {
                return {};
            }
        }
    }

    bool AtEndOfStream() const noexcept { return BrotliDecoderIsFinished(state_.get()) != 0; }

    bool AtEnd() const noexcept override { return !any_ || AtEndOfStream(); }

    std::unique_ptr<BrotliDecoderState, Destroy> state_;
    bool any_ = false;
};

class ZstdDecoder final : public BoundedDecoder {
public:
    explicit ZstdDecoder(const DecodingBounds& bounds)
        : BoundedDecoder(bounds), stream_(ZSTD_createDStream()) {
        if (stream_ != nullptr) {
            ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
        }
    }

private:
    struct Destroy {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };

    Status Run(std::string_view bytes, std::string& out) override {
        if (stream_ == nullptr) {
            return Error{ErrorCode::kInternal, "zstd cannot start"};
        }
        while (!bytes.empty()) {
            SG_TRY(between_frames_ ? BeginFrame(bytes, out) : Decompress(bytes, out));
        }
        return {};
    }

    /// Takes the first bytes of a frame from the front, and starts it once they are enough to tell.
    Status BeginFrame(std::string_view& bytes, std::string& out) {
        const std::size_t missing = std::min(kMagicBytes - head_.size(), bytes.size());
        head_.append(bytes.substr(0, missing));
        bytes.remove_prefix(missing);
        if (head_.size() < kMagicBytes) {
            return {};
        }
        if (!IsFrameStart(head_)) {
            return Corrupt("zstd");
        }
        between_frames_ = false;
        const std::string start = std::move(head_);
        head_.clear();
        std::string_view head = start;
        return Decompress(head, out);
    }

    /// The library would also take formats of before version 1. Source: RFC 8878, sections 3.1.1
    /// and 3.1.2.
    static bool IsFrameStart(std::string_view head) noexcept {
        const bool skippable = (static_cast<unsigned char>(head[0]) & 0xF0U) == 0x50;
        return head == "\x28\xB5\x2F\xFD" || (skippable && head.substr(1) == "\x2A\x4D\x18");
    }

    /// Takes bytes from the front, at most to the end of a frame.
    Status Decompress(std::string_view& bytes, std::string& out) {
        ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
        bool filled = false;
        while ((input.pos < input.size || filled) && !between_frames_) {
            ZSTD_outBuffer output{piece_.data(), piece_.size(), 0};
            const std::size_t hint = ZSTD_decompressStream(stream_.get(), &output, &input);
            SG_TRY(Put({piece_.data(), output.pos}, out));
            if (ZSTD_isError(hint) != 0) {
                return Corrupt("zstd");
            }
            between_frames_ = hint == 0;
            filled = output.pos == output.size;
        }
        bytes.remove_prefix(input.pos);
        return {};
    }

    bool AtEnd() const noexcept override { return between_frames_ && head_.empty(); }

    std::unique_ptr<ZSTD_DStream, Destroy> stream_;
    std::string head_;  // The first bytes of a frame, until they are enough to tell.
    bool between_frames_ = true;
};

}  // namespace

std::unique_ptr<Decoder> NewDecoder(
    std::string_view content_encoding,
    std::size_t output_bytes_max,
    std::size_t expansion_max
) {
    const DecodingBounds bounds{output_bytes_max, expansion_max};
    const std::string_view name = Trim(content_encoding);
    if (name.empty() || EqualsIgnoreCase(name, "identity")) {
        return std::make_unique<IdentityDecoder>(bounds);
    }
    if (EqualsIgnoreCase(name, "gzip") || EqualsIgnoreCase(name, "x-gzip")) {
        return std::make_unique<ZlibDecoder>(ZlibDecoder::Format::kGzip, bounds);
    }
    if (EqualsIgnoreCase(name, "deflate")) {
        return std::make_unique<ZlibDecoder>(ZlibDecoder::Format::kDeflate, bounds);
    }
    if (EqualsIgnoreCase(name, "br")) {
        return std::make_unique<BrotliDecoder>(bounds);
    }
    if (EqualsIgnoreCase(name, "zstd")) {
        return std::make_unique<ZstdDecoder>(bounds);
    }
    return nullptr;
}

Result<std::string>
Decode(std::string_view content_encoding, std::string_view bytes, std::size_t output_bytes_max) {
    const std::unique_ptr<Decoder> decoder = NewDecoder(content_encoding, output_bytes_max);
    if (decoder == nullptr) {
        return Error{
            ErrorCode::kInvalidArgument,
            "unknown content-encoding " + EscapeForDisplay(content_encoding)};
    }
    std::string out;
    SG_TRY(decoder->Feed(bytes, out));
    if (!decoder->Complete()) {
        return Error{
            ErrorCode::kCorrupt,
            "body ends before its " + std::string(content_encoding) + " does"};
    }
    return out;
}

std::string CompressGzip(std::string_view text) {
    constexpr int kMemoryLevel = 8;
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return {};
    }
    std::string out;
    std::array<char, kPieceBytes> piece;
    do {
        const std::string_view part = text.substr(0, std::numeric_limits<uInt>::max());
        text.remove_prefix(part.size());
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
        stream.avail_in = static_cast<uInt>(part.size());
        do {
            stream.next_out = reinterpret_cast<Bytef*>(piece.data());
            stream.avail_out = static_cast<uInt>(piece.size());
            deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
            out.append(piece.data(), piece.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    } while (!text.empty());
    deflateEnd(&stream);
    return out;
}

}  // namespace sightglass::codec
