#include "core/ranks/rank_lines.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace fanlight {

namespace {

constexpr int64_t piece_bytes = int64_t{256} << 10;
constexpr size_t max_line_bytes = size_t{16} << 20;

/// Its length comes first; none: the end.
void send_piece(Communicator& group, std::string_view bytes) {
    const auto size = static_cast<int64_t>(bytes.size());
    group.send(at::full({1}, size, at::kLong), 0);
    if (bytes.empty()) return;
    at::Tensor piece = at::empty({size}, at::kByte);
    std::memcpy(piece.mutable_data_ptr(), bytes.data(), bytes.size());
    group.send(piece, 0);
}

bool is_sha256(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

int64_t item_of(const JournalRecord& record) {
    if (const auto* done = std::get_if<Result>(&record)) return done->item;
    if (const auto* failed = std::get_if<FailedRecord>(&record)) return failed->item;
    throw Refused("it handed over a line that says of no item what has become of it");
}

}  // namespace

void send_lines(Communicator& group, const std::function<std::optional<std::string>()>& next) {
    std::string waiting;
    for (auto line = next(); line; line = next()) {
        waiting.append(*line).push_back('\n');
        size_t sent = 0;
        for (; waiting.size() - sent >= static_cast<size_t>(piece_bytes); sent += piece_bytes)
            send_piece(group, std::string_view(waiting).substr(sent, piece_bytes));
        waiting.erase(0, sent);
    }
    if (!waiting.empty()) send_piece(group, waiting);
    send_piece(group, "");
    group.flush();
}

void receive_lines(Communicator& group, int from, const std::function<void(std::string_view piece)>& take) {
    while (true) {
        at::Tensor length = at::empty({1}, at::kLong);
        group.receive(length, from);
        const auto size = length.item<int64_t>();
        if (size == 0) return;
        if (size < 0 || size > piece_bytes) throw Refused("it handed over a piece of lines that is too long");
        at::Tensor piece = at::empty({size}, at::kByte);
        group.receive(piece, from);
        take({static_cast<const char*>(piece.const_data_ptr()), static_cast<size_t>(size)});
    }
}

void check_result(const Item& item, const Result& result) {
    const bool makes_file = !item.task.suffix().empty();
    const ResultFile* file = result.file();
    if (!makes_file && file) throw Error("it recorded a file where texts are made");
    if (makes_file && !file) throw Error("it recorded a text where images are made");
    if (!file) return item.task.check_record(*result.record());
    if (file->name != item.place || !is_sha256(file->sha256) || file->bytes < 1)
        throw Error("it recorded another file than %1", item.place);
}

std::vector<JournalRecord> LineIntake::take(std::string_view piece) {
    std::vector<JournalRecord> records;
    for (size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
        begun_.append(piece.substr(0, end));
        records.push_back(checked(std::exchange(begun_, {})));
        piece.remove_prefix(end + 1);
    }
    begun_.append(piece);
    if (begun_.size() > max_line_bytes) throw Refused("it handed over a line without an end");
    return records;
}

void LineIntake::finish() const {
    if (!begun_.empty() || !wanted_.empty())
        throw Refused("it did not hand over all that it has made; %1 lines are missing", wanted_.size());
}

JournalRecord LineIntake::checked(std::string_view line) {
    const JournalRecord record = [&] {
        try {
            return parse_journal_line(line);
        } catch (const Error& error) {
            throw Refused("it handed over a damaged line (%1)", sentence_of(error));
        }
    }();
    const int64_t item = item_of(record);
    if (wanted_.erase(item) == 0) throw Refused("it handed over a line about item %1, which was not asked of it", item);
    try {
        if (const auto* done = std::get_if<Result>(&record)) check_result(run_.items[static_cast<size_t>(item)], *done);
    } catch (const Error& error) {
        throw Refused(error.sentence());
    }
    return record;
}

}  // namespace fanlight
