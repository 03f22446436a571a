#pragma once

#include <functional>
#include <string>

#include "core/run/run_client.h"

namespace fanlight {

/// A command's hold on a run that some owner is making.
class Attachment {
public:
    /// The run in this folder; empty: the one run of this user that is being made. Returns once everything about it is
    /// known. Throws UsageError when there is none, or more than one to choose from, Error when its owner is gone.
    explicit Attachment(const std::string& folder);

    RunClient& client() { return *client_; }
    /// nullptr once the owner has forgotten it.
    const RunState* run() const { return client_->run(id_); }
    int64_t id() const { return id_; }

    /// Sends what `ask` does, and returns once `obeyed` holds of the run, or it is gone. Throws Error when the owner
    /// refuses, or is lost.
    void steer(const std::function<void(RunClient& client, int64_t run)>& ask,
               const std::function<bool(const RunState& run)>& obeyed);

private:
    std::unique_ptr<RunClient> client_;
    int64_t id_ = 0;
};

}  // namespace fanlight
