#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <future>

#include "core/base/error.h"
#include "core/batch/text_task.h"
#include "core/ranks/rank_lines.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

RunPlan texts(int items) {
    RunPlan plan;
    for (int i = 0; i < items; ++i)
        plan.items.push_back({.index = i, .row = i, .place = "", .task = TextTask{.max_new_tokens = 8}});
    return plan;
}

Result text(int64_t item, const std::string& words = "a cat", int new_tokens = 3) {
    return {.item = item,
            .content = ResultRecord{words, {{"prompt_tokens", 2}, {"new_tokens", new_tokens}, {"finish", "eos"}}}};
}

std::string line(const JournalRecord& record) { return journal_line(record) + "\n"; }

/// What is said of the lines about items 0 and 1 of three; empty: they are taken.
QString refusal_of(const std::string& lines) {
    const RunPlan three = texts(3);
    LineIntake intake(three, {0, 1});
    try {
        intake.take(lines);
        intake.finish();
        return "";
    } catch (const Refused& refused) {
        return refused.what();
    }
}

}  // namespace

class TstRankLines : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesMayBeCutAnywhere() {
        const RunPlan three = texts(3);
        const std::string lines =
            line(text(2, "\u00e9t\u00e9")) + line(FailedRecord{.item = 0, .kind = "request", .reason = "too long"});
        for (size_t cut = 0; cut <= lines.size(); ++cut) {
            LineIntake intake(three, {0, 2});
            std::vector<JournalRecord> records = intake.take(std::string_view(lines).substr(0, cut));
            for (auto& record : intake.take(std::string_view(lines).substr(cut))) records.push_back(std::move(record));
            intake.finish();
            QCOMPARE(records.size(), size_t{2});
            QCOMPARE(line(records[0]) + line(records[1]), lines);
        }
    }

    void whatCannotBeTakenIsRefused_data() {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& lines, const char* said) {
            QTest::newRow(name) << QByteArray::fromStdString(lines) << said;
        };
        const std::string first = line(text(0)), second = line(text(1));
        std::string changed = second, not_utf8 = second;
        changed.replace(changed.find("cat"), 3, "dog");
        not_utf8.replace(not_utf8.find("cat"), 3, "c\xff\xfe");
        row("all", first + second, "");
        row("another text than the CRC's", first + changed, "damaged line");
        row("bytes that are no UTF-8", first + not_utf8, "damaged line");
        row("a line of nothing", first + "\n" + second, "damaged line");
        row("an item that it was not asked for", first + line(text(2)), "item 2");
        row("an item beyond the last", first + line(text(77)), "item 77");
        row("an item twice", first + first, "item 0");
        row("a file", first + line(Result{.item = 1, .content = ResultFile{"/etc/passwd", "", 1}}), "a file");
        row("a text of more tokens than asked for", first + line(text(1, "a", 9)), "9 tokens");
        row("a record of no item", first + line(LeasedRecord{.item = 1, .worker = 0}), "says of no item");
        row("too little", first, "1 lines are missing");
        row("half a line", first + second.substr(0, 20), "did not hand over");
        row("a number that is not finite", first + with_crc(second, "\"seconds\":0.0", "\"seconds\":1e999"),
            "damaged line");
        row("a line without an end", std::string(17u << 20, 'a'), "without an end");
    }

    void whatCannotBeTakenIsRefused() {
        QFETCH(QByteArray, lines);
        QFETCH(QString, said);
        const QString refusal = refusal_of(lines.toStdString());
        QVERIFY2(said.isEmpty() ? refusal.isEmpty() : refusal.contains(said), qPrintable(refusal));
        QVERIFY(said.isEmpty() || refusal.startsWith("it "));
    }

    /// Longer than a piece, and many in one piece.
    void linesTravelInPieces() {
        const RunPlan many = texts(300);
        const auto lines = [](int64_t item) { return text(item, std::string(item == 7 ? 600'000 : 2000, 'a')); };
        size_t longest = 0;
        std::vector<JournalRecord> got;
        const auto receiving = std::async(std::launch::async, [&] {
            Communicator group(meeting(0), "lines", 0, 2, at::kCPU);
            ItemNumbers wanted;
            for (int64_t item = 0; item < 300; ++item) wanted.push_back(item);
            LineIntake intake(many, wanted);
            receive_lines(group, 1, [&](std::string_view piece) {
                longest = std::max(longest, piece.size());
                for (auto& record : intake.take(piece)) got.push_back(std::move(record));
            });
            intake.finish();
        });
        Communicator group(meeting(1), "lines", 1, 2, at::kCPU);
        int64_t item = 0;
        send_lines(group, [&] { return item < 300 ? std::optional(journal_line(lines(item++))) : std::nullopt; });
        receiving.wait();
        QCOMPARE(got.size(), size_t{300});
        for (int64_t i = 0; i < 300; ++i) QCOMPARE(std::get<Result>(got[static_cast<size_t>(i)]), lines(i));
        QVERIFY(longest <= (256u << 10));
    }

    void aPieceThatIsTooLongIsRefused() {
        auto refusing = std::async(std::launch::async, [&] {
            Communicator group(meeting(0), "long", 0, 2, at::kCPU);
            receive_lines(group, 1, [](std::string_view) {});
        });
        Communicator group(meeting(1), "long", 1, 2, at::kCPU);
        group.send(at::full({1}, int64_t{1} << 40, at::kLong), 0);
        QVERIFY_EXCEPTION_THROWN(refusing.get(), Refused);
    }

private:
    /// The line with a part of it replaced, and with the CRC that belongs to it.
    static std::string with_crc(const std::string& line, const std::string& old, const std::string& other) {
        std::string body = line.substr(0, line.rfind(",\"crc\":")) + "}";
        body.replace(body.find(old), old.size(), other);
        uint32_t crc = 0xFFFFFFFFu;
        for (const char byte : body) {
            crc ^= static_cast<uint8_t>(byte);
            for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        }
        const QByteArray hex = QByteArray::number(crc ^ 0xFFFFFFFFu, 16).rightJustified(8, '0');
        body.pop_back();
        return body + ",\"crc\":\"" + hex.toStdString() + "\"}\n";
    }

    Rendezvous meeting(int rank) const {
        return Rendezvous({.rank = rank, .size = 2, .store = "file://" + folder_.path().toStdString()});
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstRankLines)
#include "tst_rank_lines.moc"
