// Which user a pseudonym stands for, so that a page that shows none but pseudonyms can ask for what is
// behind its numbers: `filter=user:u_0123456789abcdef`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"
#include "base/result.h"
#include "serve/parameters.h"
#include "store/store.h"

namespace sightglass::serve {

/// Thread-safety: safe for concurrent use; waits for the store: on query threads.
class UserNames {
public:
    using Pseudonym = std::function<std::string(std::string_view user)>;

    /// Of so many users the names are known at a time.
    static constexpr std::size_t kNamesMax = 200'000;

    /// The store must outlive it. Without `pseudonym` no name is found.
    UserNames(const store::Store& store, Pseudonym pseudonym)
        : store_(store), pseudonym_(std::move(pseudonym)) {}

    /// kNotFound where no call has a user of that pseudonym. A text of another form is a name already.
    Result<std::string> Find(std::string_view text);

    /// Puts names in the place of pseudonyms in filters on users, and in `user`.
    void NameUsers(Parameters& parameters);

private:
    Status Learn();

    const store::Store& store_;
    const Pseudonym pseudonym_;
    Guarded<std::unordered_map<std::string, std::string>> names_;  // By pseudonym.
};

}  // namespace sightglass::serve
