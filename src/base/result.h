// Result<T>: a value or an Error. The way every room reports failures that are expected to happen.
//
//   Result<Segment> OpenSegment(const Path& path);
//   SG_ASSIGN_OR_RETURN(Segment segment, OpenSegment(path));
//
// Thread-safety: plain values; as safe as T.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sightglass {

/// What kind of failure it was, for code that has to decide. People read Error::message.
enum class ErrorCode {
    kInvalidArgument,  ///< The caller gave something that is not allowed.
    kNotFound,         ///< The thing named does not exist.
    kConflict,         ///< It exists already, or somebody else holds it.
    kDenied,           ///< Known, but not permitted.
    kCorrupt,          ///< Stored or received bytes do not follow their format.
    kTooLarge,         ///< A written limit was exceeded.
    kFull,             ///< No room left: disk, queue, journal.
    kIo,               ///< The operating system refused; the message holds errno's text.
    kTimeout,          ///< A deadline passed.
    kUnavailable,      ///< Not now; a later attempt may succeed.
    kInternal,         ///< A mistake of ours.
};

/// Stable lower-case name ("not_found"), as used in problem documents and logs.
std::string_view ToString(ErrorCode code) noexcept;

/// An expected failure. The message says what was received, what is allowed and, where known, how
/// to mend it.
struct [[nodiscard]] Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;

    /// The same error seen from further out: "<context>: <message>".
    Error In(std::string_view context) &&;
};

/// A T or an Error. Never both, never neither.
template <typename T>
class [[nodiscard]] Result {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is the point.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

    // NOLINTNEXTLINE(google-explicit-constructor): `return Error{…};` is the point.
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool Ok() const noexcept { return state_.index() == 0; }

    explicit operator bool() const noexcept { return Ok(); }

    /// Precondition: Ok().
    T& value() & { return *std::get_if<0>(&state_); }

    const T& value() const& { return *std::get_if<0>(&state_); }

    T&& value() && { return std::move(*std::get_if<0>(&state_)); }

    T& operator*() & { return value(); }

    const T& operator*() const& { return value(); }

    T* operator->() { return std::get_if<0>(&state_); }

    const T* operator->() const { return std::get_if<0>(&state_); }

    /// Precondition: !Ok().
    Error& error() & { return *std::get_if<1>(&state_); }

    const Error& error() const& { return *std::get_if<1>(&state_); }

    Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an Error: `return Error{…}` or `return {}`.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;

    // NOLINTNEXTLINE(google-explicit-constructor): `return Error{…};` is the point.
    Result(Error error) : error_(std::move(error)) {}

    bool Ok() const noexcept { return !error_.has_value(); }

    explicit operator bool() const noexcept { return Ok(); }

    Error& error() & { return *error_; }

    const Error& error() const& { return *error_; }

    Error&& error() && { return std::move(*error_); }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace sightglass

#define SG_CONCAT_INNER(a, b) a##b
#define SG_CONCAT(a, b) SG_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define SG_TRY(expression)                                    \
    do {                                                      \
        if (auto sg_status = (expression); !sg_status.Ok()) { \
            return std::move(sg_status).error();              \
        }                                                     \
    } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
/// Declares `target` from the value of `expression`, or returns its error from the enclosing
/// function.
#define SG_ASSIGN_OR_RETURN(target, expression) \
    SG_ASSIGN_OR_RETURN_INNER(SG_CONCAT(sg_result_, __LINE__), target, expression)
#define SG_ASSIGN_OR_RETURN_INNER(result, target, expression) \
    auto result = (expression);                               \
    if (!result.Ok()) {                                       \
        return std::move(result).error();                     \
    }                                                         \
    target = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)
