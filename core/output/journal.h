#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/sentence.h"
#include "core/base/unique_fd.h"
#include "core/output/manifest.h"

/// The run's persistent state: `.fanlight/journal*.jsonl`, one state change per line.
namespace fanlight {

// The records. "type" on the line is the struct's name without `Record`, in lower case; a Result's is "done", and only
// an item that has one is not made again. If the result is a file, it is complete under its name; if it is a record, it
// is in that line.

struct LeasedRecord {
    int64_t item = 0;
    int worker = 0;
};

struct FailedRecord {
    int64_t item = 0;
    std::string kind;  ///< those of protocol::Failed, and "died": it was leased when too many workers died
    Sentence reason;
};

/// `state`: "started", "died", "fenced".
struct WorkerRecord {
    int worker = 0;
    std::string state;
    Sentence detail;
};

/// The run was resumed with this many items done.
struct ResumedRecord {
    int64_t done = 0;
};

using JournalRecord = std::variant<LeasedRecord, Result, FailedRecord, WorkerRecord, ResumedRecord>;

/// A record's line without the newline: a JSON object whose last member is `"crc"`, 8 lower-case hex digits of the
/// CRC-32 (ISO 3309, as in zlib) over the bytes of the same object without that member.
std::string journal_line(const JournalRecord& record);

/// Throws Error if the CRC differs or the line is not a record.
JournalRecord parse_journal_line(std::string_view line);

/// The manifest row of an item that is done.
ManifestRow manifest_row(const Item& item, const Result& result);

/// Defects found in the journals of a run.
struct JournalEnds {
    std::vector<Sentence> warnings;  ///< bad records followed by good ones: skipped, since each record stands alone
    std::uintmax_t good_bytes = 0;   ///< of journal.jsonl; anything after them was torn by a crash
};

/// The final state according to the journals of a run.
struct Replay : JournalEnds {
    std::map<int64_t, Result> done;
    std::map<int64_t, FailedRecord> failed;
};

/// Reads all `journal*.jsonl` of a `.fanlight` folder. Later records of an item replace earlier ones; but of different
/// journals, whose order is not known, one that says it is done.
Replay replay_journals(const std::filesystem::path& folder);

/// Whether the journals of a `.fanlight` folder record any item as done.
bool any_done(const std::filesystem::path& folder);

/// The done records of a run, read from its journals on demand rather than kept: 100,000 of them would take 45 MB.
class DoneIndex {
public:
    /// Reads all journals like replay_journals(); records of items from `items` on are ignored.
    DoneIndex(const std::filesystem::path& folder, size_t items);

    /// nullopt if the item is not done. Throws Error if the journal has changed meanwhile.
    std::optional<Result> find(int64_t item);

    bool is_done(int64_t item) const { return places_.at(static_cast<size_t>(item)).file >= 0; }
    /// How many items are done.
    int64_t done() const;

    /// Those that have failed and have not been made since, by item.
    const std::map<int64_t, FailedRecord>& failed() const { return failed_; }

    const std::vector<Sentence>& warnings() const { return ends_.warnings; }
    std::uintmax_t good_bytes() const { return ends_.good_bytes; }

private:
    struct Place {
        int file = -1;  ///< index into files_
        std::uintmax_t start = 0;
    };

    JournalEnds ends_;
    std::vector<std::ifstream> files_;
    std::vector<Place> places_;  ///< by item
    std::map<int64_t, FailedRecord> failed_;
};

/// Appends to one journal of a `.fanlight` folder, locked (flock) against a second owner while it exists. Not
/// thread-safe.
class Journal {
public:
    /// Creates the file if there is none. Throws Error if another process holds the lock.
    explicit Journal(const std::filesystem::path& folder, const std::string& name = "journal.jsonl");

    /// Removes a torn end, so that the next record starts a new line.
    void truncate(std::uintmax_t good_bytes);
    /// The same if the file has not been read: removes what follows the last complete line.
    void truncate_torn_end();

    /// The records are on disk (one write, fdatasync) when it returns. On Error (disk full) the file is unchanged.
    void append(const std::vector<JournalRecord>& records);

private:
    std::filesystem::path file_;
    UniqueFd fd_;
};

/// Now, UTC, ISO 8601 with milliseconds.
std::string utc_now();

}  // namespace fanlight
