#include "core/output/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sentence_json.h"

namespace fanlight {

namespace fs = std::filesystem;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LeasedRecord, item, worker)

static void to_json(Json& json, const FailedRecord& failed) {
    json = {{"item", failed.item}, {"kind", failed.kind}};
    put_sentence(json, "reason", failed.reason);
}
static void from_json(const Json& json, FailedRecord& failed) {
    json.at("item").get_to(failed.item);
    json.at("kind").get_to(failed.kind);
    failed.reason = get_sentence(json, "reason");
}

static void to_json(Json& json, const WorkerRecord& record) {
    json = {{"worker", record.worker}, {"state", record.state}};
    put_sentence(json, "detail", record.detail);
}
static void from_json(const Json& json, WorkerRecord& record) {
    json.at("worker").get_to(record.worker);
    json.at("state").get_to(record.state);
    record.detail = get_sentence(json, "detail");
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ResumedRecord, done)

namespace {

template <typename T>
constexpr const char* type = nullptr;
template <>
constexpr const char* type<LeasedRecord> = "leased";
template <>
constexpr const char* type<Result> = "done";
template <>
constexpr const char* type<FailedRecord> = "failed";
template <>
constexpr const char* type<WorkerRecord> = "worker";
template <>
constexpr const char* type<ResumedRecord> = "resumed";

constexpr std::array<uint32_t, 256> crc_table = [] {
    std::array<uint32_t, 256> table{};
    for (uint32_t n = 0; n < 256; ++n) {
        uint32_t c = n;
        for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        table[n] = c;
    }
    return table;
}();

std::string crc32_hex(std::string_view bytes) {
    uint32_t crc = 0xFFFFFFFFu;
    for (const char byte : bytes) crc = crc_table[(crc ^ static_cast<uint8_t>(byte)) & 0xFF] ^ (crc >> 8);
    char hex[9];
    std::snprintf(hex, sizeof hex, "%08x", crc ^ 0xFFFFFFFFu);
    return hex;
}

constexpr std::string_view crc_member = ",\"crc\":\"";
constexpr size_t crc_tail = crc_member.size() + 8 + 2;  // with the digits and `"}`

const Place& record_place() {
    static const Place place = Sentence("A record of the journal");
    return place;
}

template <typename... Records>
JournalRecord read_record(const Json& json, std::variant<Records...>*) {
    const auto name = required<std::string>(json, "type", record_place());
    std::optional<JournalRecord> record;
    try {
        ((name == type<Records> ? void(record = json.get<Records>()) : void()), ...);
    } catch (const Json::exception& error) {
        throw Error("A \"%1\" record of the journal is malformed: %2", name, sentence_of(error));
    }
    if (!record) throw Error("There is no journal record of type \"%1\"", name.substr(0, 40));
    return *record;
}

[[noreturn]] void fail_to(const fs::path& file, const Sentence& verb) {
    const std::string reason = errno_text();
    throw Error("Cannot %1 %2: %3", verb, file, reason);
}

/// Receives a record and the byte offset of its line.
using TakeRecord = std::function<void(const JournalRecord& record, std::uintmax_t start)>;

/// Reads line by line: journals of long runs are large. Returns the bytes up to the end of the last good record.
std::uintmax_t walk_journal(const fs::path& file, std::ifstream& stream, std::vector<Sentence>& warnings,
                            const TakeRecord& take) {
    std::vector<Sentence> bad;  // since the last good record: torn if no good one follows
    std::uintmax_t good_bytes = 0, start = 0;
    int line_number = 0;
    for (std::string line; std::getline(stream, line); start += line.size() + 1) {
        ++line_number;
        try {
            const JournalRecord record = parse_journal_line(line);
            if (stream.eof()) break;  // without a newline: the next record would be appended to it
            take(record, start);
            warnings.insert(warnings.end(), bad.begin(), bad.end());
            bad.clear();
            good_bytes = start + line.size() + 1;
        } catch (const Error& error) {
            bad.push_back(
                Sentence("%1, line %2: the record is damaged and was skipped; its item is made again unless it is "
                         "complete",
                         file, line_number));
        }
    }
    return good_bytes;
}

std::vector<fs::path> journals_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("journal") && name.ends_with(".jsonl")) files.push_back(entry.path());
    }
    if (error) throw Error("Cannot read %1: %2", folder, error.message());
    std::sort(files.begin(), files.end());
    return files;
}

/// Reads all journals of the folder and leaves them open.
std::vector<std::ifstream> walk_journals(
    const fs::path& folder, JournalEnds& ends,
    const std::function<void(const JournalRecord&, int file, std::uintmax_t)>& take) {
    std::vector<std::ifstream> streams;
    for (const fs::path& file : journals_in(folder)) {
        check_is_file(file);
        std::ifstream& stream = streams.emplace_back(file, std::ios::binary);
        if (!stream) fail_to(file, "read");
        const int number = static_cast<int>(streams.size()) - 1;
        const std::uintmax_t good_bytes =
            walk_journal(file, stream, ends.warnings,
                         [&](const JournalRecord& record, std::uintmax_t start) { take(record, number, start); });
        if (file.filename() == "journal.jsonl") ends.good_bytes = good_bytes;
    }
    return streams;
}

}  // namespace

std::string journal_line(const JournalRecord& record) {
    std::string line = std::visit(
        [](const auto& body) {
            Json json = body;
            json["type"] = type<std::decay_t<decltype(body)>>;
            return to_line(json);
        },
        record);
    const std::string crc = crc32_hex(line);
    line.pop_back();
    return line.append(crc_member).append(crc).append("\"}");
}

JournalRecord parse_journal_line(std::string_view line) {
    const size_t body = line.size() < crc_tail ? 0 : line.size() - crc_tail;
    const std::string record = std::string(line.substr(0, body)) + "}";
    if (line.substr(body) != std::string(crc_member) + crc32_hex(record) + "\"}")
        throw Error("A record of the journal has a wrong CRC");
    return read_record(parse_json(record, record_place(), 16), static_cast<JournalRecord*>(nullptr));
}

ManifestRow manifest_row(const Item& item, const Result& result) {
    ManifestRow row{.item = item, .made = result};
    if (item.recipe && !recipe_of(item).embeddings.empty())
        set_recipe(row.item, own_recipe(item.task, recipe_of(item)));
    return row;
}

Replay replay_journals(const fs::path& folder) {
    Replay replay;
    std::map<int64_t, int> recorded_in;
    walk_journals(folder, replay, [&](const JournalRecord& record, int file, std::uintmax_t) {
        if (const auto* done = std::get_if<Result>(&record)) {
            replay.done[done->item] = *done;
            replay.failed.erase(done->item);
            recorded_in[done->item] = file;
        } else if (const auto* failed = std::get_if<FailedRecord>(&record)) {
            if (replay.done.contains(failed->item) && recorded_in[failed->item] != file) return;
            replay.failed[failed->item] = *failed;
            replay.done.erase(failed->item);
        }
    });
    return replay;
}

bool any_done(const fs::path& folder) {
    bool any = false;
    JournalEnds ignored;
    walk_journals(folder, ignored, [&](const JournalRecord& record, int, std::uintmax_t) {
        any = any || std::holds_alternative<Result>(record);
    });
    return any;
}

DoneIndex::DoneIndex(const fs::path& folder, size_t items) : places_(items) {
    const auto place_of = [&](int64_t item) {
        return item >= 0 && static_cast<size_t>(item) < items ? &places_[static_cast<size_t>(item)] : nullptr;
    };
    files_ = walk_journals(folder, ends_, [&](const JournalRecord& record, int file, std::uintmax_t start) {
        if (const auto* done = std::get_if<Result>(&record)) {
            if (Place* place = place_of(done->item)) *place = {file, start};
            failed_.erase(done->item);
        } else if (const auto* failed = std::get_if<FailedRecord>(&record)) {
            Place* place = place_of(failed->item);
            if (!place || (place->file >= 0 && place->file != file)) return;
            *place = {};
            failed_[failed->item] = *failed;
        }
    });
}

int64_t DoneIndex::done() const {
    return std::count_if(places_.begin(), places_.end(), [](const Place& place) { return place.file >= 0; });
}

std::optional<Result> DoneIndex::find(int64_t item) {
    const Place place = places_.at(static_cast<size_t>(item));
    if (place.file < 0) return std::nullopt;
    std::ifstream& stream = files_[static_cast<size_t>(place.file)];
    stream.clear();
    std::string line;
    std::getline(stream.seekg(static_cast<std::streamoff>(place.start)), line);
    const JournalRecord record = parse_journal_line(line);
    const auto* done = std::get_if<Result>(&record);
    if (!done || done->item != item) throw Error("The journal has been changed while it was read");
    return *done;
}

Journal::Journal(const fs::path& folder, const std::string& name) : file_(folder / name) {
    fd_ = UniqueFd(::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!fd_) fail_to(file_, "write");
    check_is_file(file_);
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) fail_to(file_, "lock");
    throw Error(
        "Another fanlight is running in %1: wait until it has finished, cancel it, or give another folder with -o",
        folder.parent_path());
}

void Journal::truncate(std::uintmax_t good_bytes) {
    if (::ftruncate(fd_.get(), static_cast<off_t>(good_bytes)) != 0) fail_to(file_, "write");
}

void Journal::truncate_torn_end() {
    std::ifstream file(file_, std::ios::binary);
    std::uintmax_t whole = 0, read = 0;
    for (char c; file.get(c);)
        if (++read; c == '\n') whole = read;
    if (whole < read) truncate(whole);
}

void Journal::append(const std::vector<JournalRecord>& records) {
    std::string lines;
    for (const JournalRecord& record : records) lines += journal_line(record) + "\n";
    const off_t before = ::lseek(fd_.get(), 0, SEEK_END);
    std::string_view rest = lines;
    while (!rest.empty()) {  // one write, unless the disk is full: then the second one reports it
        const ssize_t written = ::write(fd_.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) break;
        rest.remove_prefix(static_cast<size_t>(written));
    }
    if (rest.empty() && ::fdatasync(fd_.get()) == 0) return;
    const int reason = errno;
    if (::ftruncate(fd_.get(), before) == 0) errno = reason;
    fail_to(file_, "write");
}

std::string utc_now() {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    char text[32];
    const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>(ms));
    return text;
}

}  // namespace fanlight
