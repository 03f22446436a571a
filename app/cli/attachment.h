#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "core/owner/run_client.h"

namespace fanlight {

/// Adds DIR, the folder of the run to attach to.
void add_run_folder(CLI::App& app, std::string& folder);

/// A command's connection to a run in progress.
class Attachment {
public:
    /// Connects to the run in this folder; empty: this user's only run in progress. Returns once its whole state is
    /// known. Throws UsageError if no run is in progress or several are, Error if its owner has gone.
    explicit Attachment(const std::string& folder);

    RunClient& client() { return *client_; }
    /// nullptr once the owner has removed it.
    const RunState* run() const { return client_->run(id_); }
    int64_t id() const { return id_; }

    /// Sends a command by `ask`, and returns once `obeyed` holds for the run, or the run has gone. Throws Error if the
    /// owner refuses or is lost.
    void steer(const std::function<void(RunClient& client, int64_t run)>& ask,
               const std::function<bool(const RunState& run)>& obeyed);

private:
    std::unique_ptr<RunClient> client_;
    int64_t id_ = 0;
};

}  // namespace fanlight
