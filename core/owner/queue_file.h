#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/owner/queue_settings.h"
#include "core/owner/run_state.h"

namespace fanlight {

/// A run as the queue on disk knows it.
struct KnownRun {
    std::string folder;  ///< absolute
    RunPhase phase = RunPhase::Queued;
    std::string model;
    std::string task;      ///< the kind of its items' tasks
    RunCounts counts;      ///< as last recorded
    double seconds = 0;    ///< worked so far
    Sentence message;      ///< why it failed
    bool by_queue = true;  ///< made by the owner that stays up, not by a command that makes one run
    int crashes = 0;       ///< owners that died in a row before anything more of it was done

    std::string machine;  ///< on which it is made or was last: the locks of another cannot be seen from here

    std::string name;      ///< given by the user (core/owner/run_name.h); empty: none
    std::string prompt;    ///< how its first prompt begins
    int64_t begun = 0;     ///< when it was requested, in seconds since 1970; 0: not known
    int64_t warnings = 0;  ///< in its log, as last recorded

    bool operator==(const KnownRun&) const = default;
};

/// In the order in which they are made.
using KnownRuns = std::vector<KnownRun>;

/// What the queue's file holds.
struct QueueContent {
    KnownRuns runs;
    QueueSettings settings;

    bool operator==(const QueueContent&) const = default;
};

/// The file cannot be read as a queue.
struct DamagedQueue : Error {
    DamagedQueue(const std::filesystem::path& file, const Sentence& reason, QueueContent left);

    std::shared_ptr<const QueueContent> left;  ///< what can still be read of it
};

/// The queue's file, read and replaced as a whole. Most changes concern one run of a thousand, so it remembers what the
/// file holds and how each run is written there: an unchanged file is not read again, nor an unchanged run written
/// anew. For one thread; whoever changes the file holds its lock.
class QueueFile {
public:
    explicit QueueFile(std::filesystem::path path);

    const std::filesystem::path& path() const { return path_; }

    /// Nothing, if there is no file. Throws DamagedQueue, UsageError if it is of a later version, or Error naming the
    /// file if it cannot be read.
    const QueueContent& read();
    /// It is on disk when this returns. Throws Error naming the file.
    void write(QueueContent content);

private:
    /// Tells one version of the file from another: each is a new file, moved into its place.
    using Identity = std::array<int64_t, 6>;

    Identity identity() const;

    const std::filesystem::path path_;
    std::optional<Identity> known_;  ///< of the file that holds `content_`
    QueueContent content_;
    std::vector<std::string> lines_;  ///< how each of its runs is written
};

}  // namespace fanlight
