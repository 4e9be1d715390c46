// The outbox at rest: what is to be sent to channels, what was sent, and what could not be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/database.h"

namespace sightglass::state {

/// Thread-safety: plain value.
struct Delivery {
    std::int64_t id = 0;  ///< Ascending in the order in which they were handed in.
    std::string channel_id = {};
    std::string idempotency_key = {};
    std::string state = "pending";  ///< "pending", "delivered", "dead".
    std::int64_t attempts = 0;
    Time created_at = {};
    Time next_at = {};   ///< Of a pending one: not before.
    Time ended_at = {};  ///< Delivered or given up.
    int status = 0;      ///< Of the last answer; 0 where there was none.
    std::string error = {};
    std::string notices = {};  ///< JSON.
};

/// Which ones, newest first.
struct DeliveryQuestion {
    std::string channel_id = {};
    std::string state = {};  ///< Empty: all.
    std::size_t limit = 50;
    std::optional<std::int64_t> before = {};
};

/// How many of a channel's are in which state.
using DeliveryCounts = std::map<std::string, std::map<std::string, std::int64_t>>;

/// Thread-safety: safe for concurrent use.
class Deliveries {
public:
    /// The database must outlive this.
    explicit Deliveries(Database& database) : database_(database) {}

    /// On the disk on return, also where the power is cut. Nothing where the channel has one of that
    /// key already.
    Result<std::optional<std::int64_t>> Add(const Delivery& delivery);

    /// Writes state, attempts, next_at, ended_at, status and error of that id.
    Status Update(const Delivery& delivery);

    /// Makes dead ones pending again, all of the channel or the one of that id; answers their ids.
    Result<std::vector<std::int64_t>>
    Revive(const std::string& channel_id, std::optional<std::int64_t> id, Time now);

    /// In the order in which they were handed in.
    Result<std::vector<Delivery>> Pending() const;
    Result<std::vector<Delivery>> List(const DeliveryQuestion& question) const;
    /// Nothing where there is none of that id.
    Result<std::optional<Delivery>> Find(std::int64_t id) const;
    Result<DeliveryCounts> Count() const;

    /// Forgets all but the newest `kept` of the channel in that state.
    Status Prune(const std::string& channel_id, const std::string& state, std::int64_t kept);
    Status RemoveOf(const std::string& channel_id);

private:
    Result<std::vector<Delivery>> Read(const std::string& where, const DeliveryQuestion& question)
        const;

    Database& database_;
};

}  // namespace sightglass::state
