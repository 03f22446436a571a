#include "core/output/journal.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

Result done(int64_t item) {
    return {.item = item,
            .content = ResultFile{std::to_string(item) + ".png", std::string(64, 'a'), 100 + item},
            .seconds = 0.5,
            .worker = 1,
            .device_name = "CPU \"x\"",
            .finished_at = "2026-01-01T00:00:00Z"};
}

Result said(int64_t item) {
    Result result = done(item);
    result.content = ResultRecord{"a dog\nكلب", {{"words", 2}}};
    return result;
}

}  // namespace

class TestJournal : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path folder_;
    fs::path file_;

private Q_SLOTS:
    void init() {
        folder_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directories(folder_);
        file_ = folder_ / "journal.jsonl";
    }

    void everyRecordReadsBack() {
        const std::vector<JournalRecord> records = {LeasedRecord{3, 1},
                                                    done(3),
                                                    said(5),
                                                    FailedRecord{4, "nan", "a\nb \xF0\x9F\x90\x95"},
                                                    WorkerRecord{1, "died", "signal 9"},
                                                    ResumedRecord{7}};
        for (const auto& record : records) {
            const std::string line = journal_line(record);
            QCOMPARE(line.find('\n'), std::string::npos);
            QCOMPARE(journal_line(parse_journal_line(line)), line);
            QCOMPARE(parse_journal_line(line).index(), record.index());
        }
    }

    void aRecordIsKeptAndAFileNamed() {
        Journal(folder_).append({done(1), said(2)});
        const Replay replay = replay_journals(folder_);
        QVERIFY(replay.done.at(1) == done(1));
        QVERIFY(replay.done.at(2) == said(2));
        QCOMPARE(replay.done.at(2).record()->text, std::string("a dog\nكلب"));
        QVERIFY(DoneIndex(folder_, 3).find(2) == said(2));
    }

    /// Ranks write journals of their own: one may have failed where another succeeded later.
    void whatAnyJournalRecordsAsDoneIsDone() {
        Journal(folder_, "journal-0.jsonl").append({said(1), said(2), FailedRecord{2, "nan", "later"}});
        Journal(folder_, "journal-1.jsonl").append({FailedRecord{1, "memory", "before"}});
        const Replay replay = replay_journals(folder_);
        DoneIndex index(folder_, 3);
        QVERIFY(replay.done.contains(1) && !replay.failed.contains(1));
        QVERIFY(index.find(1) == said(1) && !index.failed().contains(1));
        QVERIFY(!replay.done.contains(2) && replay.failed.contains(2));
        QVERIFY(!index.find(2) && index.failed().contains(2));
    }

    void aFilesRecordIsWhatItHasAlwaysBeen() {
        const std::string sha256(64, 'a');
        QCOMPARE(journal_line(done(1)),
                 "{\"bytes\":101,\"device_name\":\"CPU \\\"x\\\"\",\"device_uuid\":\"\",\"file\":\"1.png\","
                 "\"finished_at\":\"2026-01-01T00:00:00Z\",\"item\":1,\"seconds\":0.5,\"sha256\":\"" +
                     sha256 + "\",\"type\":\"done\",\"worker\":1,\"crc\":\"af663e48\"}");
    }

    void theCrcIsZlibsOverTheRecordWithoutIt() {
        // python3: hex(zlib.crc32(b'{"item":5,"type":"leased","worker":2}'))
        QCOMPARE(journal_line(LeasedRecord{5, 2}),
                 std::string(R"({"item":5,"type":"leased","worker":2,"crc":"d4f8b556"})"));
    }

    void anyChangedByteIsNoticed() {
        const std::string line = journal_line(done(1));
        for (size_t i = 0; i < line.size(); ++i) {
            std::string damaged = line;
            damaged[i] ^= 1;
            QVERIFY_EXCEPTION_THROWN(parse_journal_line(damaged), Error);
        }
    }

    void whatIsNoRecordIsRefused_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no CRC") << QByteArray(R"({"done":1,"type":"resumed"})");
        QTest::newRow("not closed") << QByteArray(R"(,"crc":"00000000"})");
    }
    void whatIsNoRecordIsRefused() {
        QFETCH(QByteArray, line);
        QVERIFY_EXCEPTION_THROWN(parse_journal_line(line.toStdString()), Error);
    }

    void laterRecordsTakeThePlaceOfEarlierOnes() {
        Journal journal(folder_);
        journal.append({FailedRecord{1, "nan", ""}, done(1), done(2), FailedRecord{2, "disk", ""}});
        const Replay replay = replay_journals(folder_);
        QVERIFY(replay.done.contains(1) && !replay.failed.contains(1));
        QVERIFY(replay.failed.contains(2) && !replay.done.contains(2));
        QVERIFY(replay.done.at(1) == done(1));
    }

    void doneRecordsAreFoundAgainInAllJournals() {
        Journal(folder_).append({done(0), done(1), FailedRecord{1, "disk", ""}, done(7), done(-1)});
        std::ofstream(folder_ / "journal-1.jsonl") << journal_line(done(2)) << "\n" << journal_line(done(3));
        DoneIndex index(folder_, 5);
        QVERIFY(index.find(2) == done(2));
        QVERIFY(index.find(0) == done(0));
        QVERIFY(!index.find(1) && !index.find(3) && !index.find(4));
        QCOMPARE(index.good_bytes(), std::uintmax_t{fs::file_size(file_)});
        QVERIFY(any_done(folder_));
    }

    void aJournalThatChangesBehindItsIndexIsNoticed() {
        Journal(folder_).append({done(0)});
        DoneIndex index(folder_, 1);
        std::ofstream(file_, std::ios::in | std::ios::out) << "changed";
        QVERIFY_EXCEPTION_THROWN(index.find(0), Error);
    }

    void aRecordTornAtAnyByteIsCutOff() {
        std::string whole;
        {
            Journal journal(folder_);
            journal.append({done(1), done(2)});
            whole = read_file(file_);
        }
        const size_t first = whole.find('\n') + 1;
        for (size_t length = first; length < whole.size(); ++length) {
            fs::resize_file(file_, length);
            const Replay replay = replay_journals(folder_);
            QCOMPARE(replay.done.size(), size_t{1});
            QCOMPARE(replay.good_bytes, std::uintmax_t{first});
            QVERIFY(replay.warnings.empty());
            Journal journal(folder_);
            journal.truncate(replay.good_bytes);
            journal.append({done(2)});
            QCOMPARE(read_file(file_), whole);
        }
    }

    void aTornEndOfZerosAndRubbishIsCutOff() {
        Journal(folder_).append({done(1)});
        const auto good = fs::file_size(file_);
        std::ofstream(file_, std::ios::app | std::ios::binary) << std::string(4096, '\0') << "\n{\"item\n";
        const Replay replay = replay_journals(folder_);
        QCOMPARE(replay.good_bytes, good);
        QVERIFY(replay.warnings.empty());
    }

    void aDamagedRecordInTheMiddleIsSkippedAndReported() {
        Journal(folder_).append({done(1), done(2), done(3)});
        std::string text = read_file(file_);
        text[text.find('\n') + 10] ^= 1;
        replace_file(file_, text);
        const Replay replay = replay_journals(folder_);
        QVERIFY(replay.done.contains(1) && !replay.done.contains(2) && replay.done.contains(3));
        QCOMPARE(replay.warnings.size(), size_t{1});
        QVERIFY2(replay.warnings[0].text().find("journal.jsonl, line 2") != std::string::npos,
                 replay.warnings[0].text().c_str());
        QCOMPARE(replay.good_bytes, std::uintmax_t{text.size()});
    }

    void theJournalsOfAllRanksAreRead() {
        Journal(folder_).append({done(1)});
        replace_file(folder_ / "journal-1.jsonl", journal_line(done(2)) + "\n");
        replace_file(folder_ / "notes.jsonl", "no journal\n");
        const Replay replay = replay_journals(folder_);
        QCOMPARE(replay.done.size(), size_t{2});
        QCOMPARE(replay.good_bytes, fs::file_size(file_));
    }

    void twoOwnersCannotShareAFolder() {
        Journal owner(folder_);
        try {
            Journal second(folder_);
            QFAIL("the second one got the lock");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).starts_with("Another fanlight is running in "), error.what());
        }
    }

    void theLockEndsWithItsOwner() {
        { const Journal owner(folder_); }
        const Journal next(folder_);
    }
};

FANLIGHT_TEST(TestJournal)
#include "tst_journal.moc"
