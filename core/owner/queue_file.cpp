#include "core/owner/queue_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/config_numbers.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sentence_json.h"
#include "core/base/text.h"
#include "core/owner/run_name.h"
#include "core/run/run_folder.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int version = 1;
constexpr std::uintmax_t max_file_bytes = 64 << 20;
constexpr int64_t max_items = 10'000'000;
constexpr size_t max_prompt_bytes = 1000;
constexpr double max_seconds = 1e11;  // thousands of years
constexpr int64_t max_time = 100'000'000'000;

struct LaterQueue : UsageError {
    using UsageError::UsageError;
};

Json to_json(const KnownRun& run) {
    Json json = {{"folder", run.folder},
                 {"phase", text_of(run.phase)},
                 {"model", run.model},
                 {"task", run.task},
                 {"total", run.counts.total},
                 {"done", run.counts.done},
                 {"failed", run.counts.failed},
                 {"cancelled", run.counts.cancelled},
                 {"seconds", run.seconds},
                 {"by_queue", run.by_queue},
                 {"crashes", run.crashes},
                 {"machine", run.machine},
                 {"name", run.name},
                 {"prompt", run.prompt},
                 {"begun", run.begun},
                 {"warnings", run.warnings}};
    put_sentence(json, "message", run.message);
    return json;
}

KnownRun run_in(const Json& json, const Place& where) {
    KnownRun run{.folder = required<std::string>(json, "folder", where),
                 .phase = phase_of(required<std::string>(json, "phase", where)),
                 .model = required<std::string>(json, "model", where),
                 .task = required<std::string>(json, "task", where)};
    RunCounts& counts = run.counts;
    counts.total = whole_number(json, "total", 0, max_items, where);
    counts.done = whole_number(json, "done", 0, counts.total, where);
    counts.failed = whole_number(json, "failed", 0, counts.total - counts.done, where);
    counts.cancelled = whole_number_or(json, "cancelled", 0, 0, counts.total - counts.done - counts.failed, where);
    run.seconds = number_or(json, "seconds", 0, 0, max_seconds, where);
    required<std::string>(json, "message", where);
    run.message = get_sentence(json, "message");
    run.by_queue = required<bool>(json, "by_queue", where);
    run.crashes = static_cast<int>(whole_number(json, "crashes", 0, max_items, where));
    run.machine = required<std::string>(json, "machine", where);
    run.name = checked_run_name(optional_or<std::string>(json, "name", "", where));
    run.prompt = printable(optional_or<std::string>(json, "prompt", "", where).substr(0, max_prompt_bytes));
    run.begun = whole_number_or(json, "begun", 0, 0, max_time, where);
    run.warnings = whole_number_or(json, "warnings", 0, 0, max_items, where);
    if (!fs::path(run.folder).is_absolute()) throw Error("%1: a run's folder must be an absolute path", where);
    if (run.folder.ends_with('/')) run.folder = run_path(run.folder).string();  // as older versions wrote it
    return run;
}

/// What is in the file besides the runs.
std::string beginning_of(const QueueSettings& settings) {
    Json json = {{"version", version}};
    write_settings(json, settings);
    std::string text = to_line(json);
    text.pop_back();  // the closing brace
    return text;
}

/// What can still be read of a damaged file: the settings are on its first line, and each run has one of its own.
QueueContent left_of(std::string_view bytes, const Place& where) {
    QueueContent content;
    std::unordered_set<std::string> folders;
    for (size_t at = 0, end = 0; at < bytes.size(); at = end + 1) {
        end = std::min(bytes.find('\n', at), bytes.size());
        std::string line(bytes.substr(at, end - at));
        if (line.ends_with(',')) line.pop_back();
        try {
            if (at == 0) {
                content.settings = settings_in(parse_json(line + "]}", where), where);
            } else if (KnownRun run = run_in(parse_json(line, where), where); folders.insert(run.folder).second) {
                content.runs.push_back(std::move(run));
            }
        } catch (const std::exception&) {  // this line is lost
        }
    }
    return content;
}

}  // namespace

DamagedQueue::DamagedQueue(const fs::path& file, const Sentence& reason, QueueContent left)
    : Error("%1 is damaged (%2); the next change puts it aside and keeps what can be read of it", file, reason),
      left(std::make_shared<const QueueContent>(std::move(left))) {}

QueueFile::QueueFile(fs::path path) : path_(std::move(path)) {}

QueueFile::Identity QueueFile::identity() const {
    struct stat s {};
    if (::stat(path_.c_str(), &s) != 0) return {};
    const auto nanoseconds = [](const timespec& time) { return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec; };
    return {static_cast<int64_t>(s.st_dev), static_cast<int64_t>(s.st_ino), s.st_size,
            nanoseconds(s.st_mtim),         nanoseconds(s.st_ctim),         1};
}

const QueueContent& QueueFile::read() {
    const Identity now = identity();  // before it is read: one that is replaced meanwhile is read again next time
    if (known_ == now) return content_;
    known_.reset();
    content_ = {};
    lines_.clear();
    std::error_code error;
    const fs::file_status status = fs::status(path_, error);
    if (status.type() == fs::file_type::not_found) return content_;
    if (fs::exists(status) && !fs::is_regular_file(status))
        throw Error("The queue cannot be read: %1 is not a file; move it away to begin a new queue", path_);
    const std::string bytes = read_file(path_, max_file_bytes);
    QueueContent content;
    std::vector<std::string> lines;
    try {
        const std::string where = path_.string();
        const Json json = parse_json(bytes, where);
        if (whole_number(json, "version", 1, 1'000'000, where) > version)
            throw LaterQueue(
                "%1 was written by a later version of Fanlight; use that one, or move the file away to begin a new "
                "queue.",
                path_);
        content.settings = settings_in(json, where);
        const Json& runs = json.at("runs");  // not copied: there may be a thousand
        if (!runs.is_array()) throw Error("%1: \"runs\" must be a list", where);
        for (const Json& run : runs) {
            content.runs.push_back(run_in(run, where));
            lines.push_back(to_line(run));  // in half the time that it takes to put the run together again
        }
    } catch (const LaterQueue&) {
        throw;
    } catch (const std::exception& reason) {
        throw DamagedQueue(path_, sentence_of(reason), left_of(bytes, path_.string()));
    }
    content_ = std::move(content);
    lines_ = std::move(lines);
    known_ = now;
    return content_;
}

void QueueFile::write(QueueContent content) {
    std::unordered_map<std::string_view, size_t> before;
    for (size_t i = 0; i < content_.runs.size(); ++i) before.emplace(content_.runs[i].folder, i);
    std::vector<std::string> lines;
    std::string text = beginning_of(content.settings) + ",\"runs\":[";
    for (const KnownRun& run : content.runs) {
        const auto same = before.find(run.folder);
        const bool stays = same != before.end() && content_.runs[same->second] == run;
        lines.push_back(stays ? lines_[same->second] : to_line(to_json(run)));
        text += (lines.size() > 1 ? ",\n" : "\n") + lines.back();
    }
    replace_file(path_, text + "\n]}\n");
    content_ = std::move(content);
    lines_ = std::move(lines);
    known_ = identity();
}

}  // namespace fanlight
