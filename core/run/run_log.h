#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/unique_fd.h"
#include "core/protocol/events.h"

namespace fanlight {

enum class LogLevel { Info, Warning, Error };

/// "info", "warning", "error".
std::string text_of(LogLevel level);

struct LogEntry {
    std::string time;  ///< UTC, ISO 8601
    LogLevel level = LogLevel::Info;
    Sentence message;  ///< one sentence, often without a full stop

    bool operator==(const LogEntry&) const = default;
};

/// What happened in a run, for people to read: `.fanlight/logs/run.jsonl`, a line {"time", "level", "message"} for each
/// sentence. Nothing depends on it, so a line that cannot be written is left out.
class RunLog {
public:
    /// Appends to the log of the run in `folder`.
    explicit RunLog(const std::filesystem::path& folder);

    void write(LogLevel level, const Sentence& message);
    /// Writes what the event has to say, if anything.
    void write(const RunEvent& event);

    static std::filesystem::path file_in(const std::filesystem::path& folder);

private:
    UniqueFd fd_;
};

/// The latest `most` sentences of a run's log; lines that are damaged are left out. Empty if there is no log. Throws
/// Error naming a file that cannot be read.
std::vector<LogEntry> read_log(const std::filesystem::path& folder, size_t most = 10'000);

/// How many warnings are in a run's log; 0 if it cannot be read.
int64_t warnings_in_log(const std::filesystem::path& folder);

}  // namespace fanlight
