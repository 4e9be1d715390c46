#include "app/people.h"

#include "access/pseudonym.h"

namespace sightglass::app {

People::People(const PeopleParts& parts)
    : pseudonym_([&fingerprinter = parts.fingerprinter](std::string_view user) {
          return access::PseudonymOf(fingerprinter, user);
      }),
      records_(parts.database),
      follow_ups_({records_, parts.store, parts.outbox, parts.clock, pseudonym_}),
      watch_(follow_ups_) {}

void People::Start(const std::string& dashboard) {
    follow_ups_.SetDashboard(dashboard);
    watch_.Start();
}

void People::Stop() {
    watch_.Stop();
}

}  // namespace sightglass::app
