// The in-memory Store: keeps Calls in a map and answers each question straight from the definitions
// of the catalogue. Slow and plain on purpose: engines are tested against it, and other rooms'
// tests use it as their store.
#pragma once

#include <memory>

#include "store/store.h"

namespace sightglass::store {

/// Empty, and gone with its owner.
/// Thread-safety: as Store; safe for concurrent use altogether.
std::unique_ptr<Store> NewMemoryStore();

}  // namespace sightglass::store
