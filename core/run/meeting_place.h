#pragma once

#include <string>

#include "core/base/unique_fd.h"

namespace fanlight {

/// A fresh folder, private to this user (0700), in which the stages of one pipeline meet, for one start of theirs:
/// nothing listens on the network, and no stale key is ever found. In $XDG_RUNTIME_DIR, else in the folder for
/// temporary files. It is locked (flock) while in use; unlocked ones, left by killed owners, are removed here.
class MeetingPlace {
public:
    /// Throws Error if it cannot be created.
    MeetingPlace();
    /// Removes it.
    ~MeetingPlace();
    MeetingPlace(const MeetingPlace&) = delete;
    MeetingPlace& operator=(const MeetingPlace&) = delete;

    /// In the format of core/parallel/rendezvous.h.
    std::string store() const { return "file://" + folder_; }

private:
    std::string folder_;
    UniqueFd lock_;
};

}  // namespace fanlight
