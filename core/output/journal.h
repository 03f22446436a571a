#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/unique_fd.h"
#include "core/output/manifest.h"

/// The run's memory: `.fanlight/journal*.jsonl`, one state change a line (DESIGN 4.3).
namespace fanlight {

// The records; "type" on the line is the name in front of `Record`, in lower case, and "done" of a Result: only an item
// with one is not made again. One that is a file is complete under its name, one that is a record lies in that line.

struct LeasedRecord {
    int64_t item = 0;
    int worker = 0;
};

struct FailedRecord {
    int64_t item = 0;
    std::string kind;  ///< those of protocol::Failed and "died": it was leased at too many deaths
    std::string reason;
};

/// `state`: "started", "died", "fenced".
struct WorkerRecord {
    int worker = 0;
    std::string state;
    std::string detail;
};

/// The run was taken up again with that many items done.
struct ResumedRecord {
    int64_t done = 0;
};

using JournalRecord = std::variant<LeasedRecord, Result, FailedRecord, WorkerRecord, ResumedRecord>;

/// The line of a record without its newline: a JSON object whose last member is `"crc"`, 8 lower-case hex digits of the
/// CRC-32 (ISO 3309, as in zlib) over the bytes of the same object without that member.
std::string journal_line(const JournalRecord& record);

/// Throws Error on a line with another CRC or that is no record.
JournalRecord parse_journal_line(std::string_view line);

/// What the manifest says of an item that is done.
ManifestRow manifest_row(const Item& item, const Result& result);

/// What is wrong with the journals of a run.
struct JournalEnds {
    std::vector<std::string> warnings;  ///< bad records with good ones behind them: skipped, each record stands alone
    std::uintmax_t good_bytes = 0;      ///< of journal.jsonl; behind them lies what a crash tore
};

/// What the journals of a run say in the end.
struct Replay : JournalEnds {
    std::map<int64_t, Result> done;
    std::map<int64_t, FailedRecord> failed;
};

/// Reads all `journal*.jsonl` of a `.fanlight` folder. Later records of an item take the place of earlier ones.
Replay replay_journals(const std::filesystem::path& folder);

/// Whether the journals of a `.fanlight` folder speak of any item that is done.
bool any_done(const std::filesystem::path& folder);

/// The done records of a run, found again in its journals rather than kept: 100,000 of them would be 45 MB.
class DoneIndex {
public:
    /// Reads all journals like replay_journals(); what they say of items from `items` on is passed over.
    DoneIndex(const std::filesystem::path& folder, size_t items);

    /// Nothing when the item is not done. Throws Error when the journal has changed meanwhile.
    std::optional<Result> find(int64_t item);

    const std::vector<std::string>& warnings() const { return ends_.warnings; }
    std::uintmax_t good_bytes() const { return ends_.good_bytes; }

private:
    struct Place {
        int file = -1;  ///< of files_
        std::uintmax_t start = 0;
    };

    JournalEnds ends_;
    std::vector<std::ifstream> files_;
    std::vector<Place> places_;  ///< by item
};

/// Appends to one journal of a `.fanlight` folder, locked (flock) against a second owner for as long as it lives. Not
/// thread-safe.
class Journal {
public:
    /// Creates the file where there is none. Throws Error when another process holds it.
    explicit Journal(const std::filesystem::path& folder, const std::string& name = "journal.jsonl");

    /// Cuts off a torn end, so that the next record starts a line.
    void truncate(std::uintmax_t good_bytes);
    /// The same, where nobody has read the file: cuts off what follows the last whole line.
    void truncate_torn_end();

    /// On disk (one write, fdatasync) when it returns. On Error (a full disk) the file is as before.
    void append(const std::vector<JournalRecord>& records);

private:
    std::filesystem::path file_;
    UniqueFd fd_;
};

/// Now, UTC, ISO 8601 with milliseconds.
std::string utc_now();

}  // namespace fanlight
