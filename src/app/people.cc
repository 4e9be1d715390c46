#include "app/people.h"

#include "access/pseudonym.h"

namespace sightglass::app {

People::People(const PeopleParts& parts)
    : pseudonym_([&fingerprinter = parts.fingerprinter](std::string_view user) {
          return access::PseudonymOf(fingerprinter, user);
      }),
      records_(parts.database),
      follow_ups_({records_, parts.store, parts.outbox, parts.clock, pseudonym_}),
      annotations_(parts.database, parts.clock),
      watch_(follow_ups_),
      key_watch_({parts.store, parts.outbox, parts.keys, parts.clock}) {}

void People::Start(const std::string& dashboard) {
    follow_ups_.SetDashboard(dashboard);
    watch_.Start();
    key_watch_.Start(dashboard);
}

void People::Stop() {
    watch_.Stop();
    key_watch_.Stop();
}

}  // namespace sightglass::app
