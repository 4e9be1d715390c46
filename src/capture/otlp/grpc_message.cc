#include "capture/otlp/grpc_message.h"

#include "codec/compression.h"
#include "codec/protobuf.h"

namespace sightglass::capture {
namespace {

constexpr std::size_t kPrefixBytes = 5;

ExportFailure Malformed(std::string message) {
    return {400, RpcCode::kInvalidArgument, std::move(message)};
}

std::size_t LengthAt(std::string_view body) noexcept {
    std::size_t length = 0;
    for (std::size_t i = 1; i < kPrefixBytes; ++i) {
        length = length << 8U | static_cast<unsigned char>(body[i]);
    }
    return length;
}

}  // namespace

GrpcMessage
ReadGrpcMessage(std::string_view body, std::string_view encoding, std::size_t bytes_max) {
    GrpcMessage message;
    if (body.size() < kPrefixBytes || LengthAt(body) != body.size() - kPrefixBytes) {
        message.failure = Malformed("the body is not one whole gRPC message");
        return message;
    }
    message.plain = body.substr(kPrefixBytes);
    if (body.front() == 0) {
        return message;
    }
    if (encoding != "gzip") {
        message.failure = {
            400,
            RpcCode::kUnimplemented,
            "of the message encodings only gzip is known"};
        return message;
    }
    auto decoded = codec::Decode(encoding, message.plain, bytes_max);
    if (!decoded.Ok()) {
        message.failure = Malformed("the message: " + decoded.error().message);
        if (decoded.error().code == ErrorCode::kTooLarge) {
            message.failure->code = RpcCode::kResourceExhausted;
        }
        return message;
    }
    message.decoded = std::move(*decoded);
    message.compressed = true;
    return message;
}

std::string FrameGrpcMessage(std::string_view message) {
    std::string framed(kPrefixBytes, '\0');
    for (std::size_t i = 1; i < kPrefixBytes; ++i) {
        framed[i] = static_cast<char>(message.size() >> (8 * (kPrefixBytes - 1 - i)));
    }
    framed += message;
    return framed;
}

std::optional<std::string> GrpcHealthOf(std::string_view request) {
    std::string_view service;
    codec::WireReader reader(request);
    while (reader.Next()) {
        if (reader.Field() == 1) {
            service = reader.Bytes();
        }
    }
    const std::string path = "/" + std::string(service) + "/Export";
    if (!service.empty() && !SignalOfMethod(path)) {
        return std::nullopt;
    }
    constexpr std::uint64_t kServing = 1;
    std::string answer;
    codec::AppendWireNumber(1, kServing, answer);
    return answer;
}

std::string EscapeGrpcMessage(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7e || c == '%') {
            escaped += '%';
            escaped += kDigits[byte >> 4U];
            escaped += kDigits[byte & 15U];
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string GrpcBinary(std::string_view bytes) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        count += 8;
        while (count >= 6) {
            count -= 6;
            text += kAlphabet[(bits >> static_cast<unsigned>(count)) & 63U];
        }
    }
    if (count > 0) {
        text += kAlphabet[(bits << static_cast<unsigned>(6 - count)) & 63U];
    }
    return text;
}

}  // namespace sightglass::capture
