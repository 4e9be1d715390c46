#include "app/notices.h"

namespace sightglass::app {

Result<std::unique_ptr<Notices>> Notices::Start(
    const Config& config,
    state::Database& database,
    const Secret& secret,
    const Clock& clock
) {
    std::unique_ptr<Notices> notices(new Notices(database));
    SG_ASSIGN_OR_RETURN(notices->channels_, notify::Channels::Open(notices->rows_, secret, clock));
    SG_TRY(notices->channels_->SetConfigured(config.channels));
    SG_ASSIGN_OR_RETURN(
        notices->courier_,
        notify::Courier::Start(config.notices, *notices->channels_, notices->deliveries_, clock)
    );
    return notices;
}

Status Notices::SetConfigured(const std::vector<notify::ChannelWish>& channels) {
    Status set = channels_->SetConfigured(channels);
    courier_->ChannelsChanged();
    return set;
}

}  // namespace sightglass::app
