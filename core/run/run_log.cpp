#include "core/run/run_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/number_text.h"
#include "core/base/sentence_json.h"
#include "core/base/text.h"
#include "core/output/journal.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 3> level_texts = {"info", "warning", "error"};
constexpr std::uintmax_t max_log_bytes = 64 << 20;

Sentence words_of(const RunCounts& counts) {
    Sentence words("%1 of %2 made", counts.done, counts.total);
    if (counts.failed > 0) words = Sentence("%1, %2 failed", words, counts.failed);
    if (counts.cancelled > 0) words = Sentence("%1, %2 cancelled", words, counts.cancelled);
    return words;
}

std::optional<LogEntry> entry_of(const RunStarted& started) {
    return LogEntry{{}, LogLevel::Info, Sentence("Begun with %1", words_of(started.counts))};
}
std::optional<LogEntry> entry_of(const ItemFailed& failed) {
    if (failed.is_cancelled()) return {};
    return LogEntry{{}, LogLevel::Error, Sentence("Item %1 failed: %2", failed.item, failed.message)};
}
std::optional<LogEntry> entry_of(const RunWarning& warning) {
    return LogEntry{{}, warning.routine ? LogLevel::Info : LogLevel::Warning, warning.message};
}
std::optional<LogEntry> entry_of(const RunFinished& finished) {
    return LogEntry{
        {},
        LogLevel::Info,
        finished.interrupted
            ? Sentence("Cancelled after %1: %2", duration_text(finished.seconds), words_of(finished.counts))
            : Sentence("Finished after %1: %2", duration_text(finished.seconds), words_of(finished.counts))};
}
std::optional<LogEntry> entry_of(const RunFailed& failed) { return LogEntry{{}, LogLevel::Error, failed.message}; }
template <typename Event>
std::optional<LogEntry> entry_of(const Event&) {
    return {};
}

/// The file may have been changed by others.
Sentence legible(const Sentence& sentence) {
    return Sentence::restored(printable_sentence(sentence.text()), sentence.pattern(), sentence.count(),
                              sentence.parts());
}

std::optional<LogEntry> entry_in(const std::string& line) {
    try {
        const Place where = Sentence("The log");
        const Json json = parse_json(line, where, 16);
        const auto level =
            std::find(level_texts.begin(), level_texts.end(), required<std::string>(json, "level", where));
        if (level == level_texts.end()) return {};
        required<std::string>(json, "message", where);
        return LogEntry{printable(required<std::string>(json, "time", where)),
                        static_cast<LogLevel>(level - level_texts.begin()), legible(get_sentence(json, "message"))};
    } catch (const Error&) {
        return {};
    }
}

/// The last line may lack its end, after a crash.
bool ends_in_a_line(int fd) {
    const off_t size = ::lseek(fd, 0, SEEK_END);
    char last = '\n';
    return size <= 0 || ::pread(fd, &last, 1, size - 1) != 1 || last == '\n';
}

}  // namespace

std::string text_of(LogLevel level) { return level_texts[static_cast<size_t>(level)]; }

fs::path RunLog::file_in(const fs::path& folder) { return folder / ".fanlight" / "logs" / "run.jsonl"; }

RunLog::RunLog(const fs::path& folder)
    : fd_(::open(file_in(folder).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644)) {
    struct stat status {};
    const bool is_file = fd_ && ::fstat(fd_.get(), &status) == 0 && S_ISREG(status.st_mode);
    if (!is_file || (!ends_in_a_line(fd_.get()) && ::write(fd_.get(), "\n", 1) != 1)) fd_.close();
}

void RunLog::write(LogLevel level, const Sentence& message) {
    if (!fd_) return;
    Json entry = {{"time", utc_now()}, {"level", text_of(level)}};
    put_sentence(entry, "message", message);
    const std::string line = to_line(entry) + "\n";
    if (::write(fd_.get(), line.data(), line.size()) < 0) fd_.close();
}

void RunLog::write(const RunEvent& event) {
    const auto entry = std::visit([](const auto& body) { return entry_of(body); }, event);
    if (entry) write(entry->level, entry->message);
}

std::vector<LogEntry> read_log(const fs::path& folder, size_t most) {
    std::error_code error;
    if (!fs::exists(RunLog::file_in(folder), error)) return {};
    const std::string bytes = read_file(RunLog::file_in(folder), max_log_bytes);
    std::deque<LogEntry> entries;
    for (size_t at = 0, end = 0; at < bytes.size(); at = end + 1) {
        end = std::min(bytes.find('\n', at), bytes.size());
        std::optional<LogEntry> entry = entry_in(bytes.substr(at, end - at));
        if (!entry) continue;
        entries.push_back(std::move(*entry));
        if (entries.size() > most) entries.pop_front();
    }
    return {std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end())};
}

int64_t warnings_in_log(const fs::path& folder) {
    try {
        const std::vector<LogEntry> entries = read_log(folder, SIZE_MAX);
        return std::count_if(entries.begin(), entries.end(),
                             [](const LogEntry& entry) { return entry.level == LogLevel::Warning; });
    } catch (const Error&) {
        return 0;
    }
}

}  // namespace fanlight
