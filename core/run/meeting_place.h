#pragma once

#include <string>

#include "core/base/unique_fd.h"

namespace fanlight {

/// A fresh folder of this user alone (0700), in which the stages of one pipeline meet, for one life of theirs: nothing
/// listens on the network, and no key of a life before is found. In $XDG_RUNTIME_DIR, else in the folder for temporary
/// files. It is locked (flock) while it is used; those of owners that were killed are not, and are removed here.
class MeetingPlace {
public:
    /// Throws Error when it cannot be made.
    MeetingPlace();
    /// Removes it.
    ~MeetingPlace();
    MeetingPlace(const MeetingPlace&) = delete;
    MeetingPlace& operator=(const MeetingPlace&) = delete;

    /// As core/parallel/rendezvous.h takes it.
    std::string store() const { return "file://" + folder_; }

private:
    std::string folder_;
    UniqueFd lock_;
};

}  // namespace fanlight
