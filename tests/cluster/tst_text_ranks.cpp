// Texts under external launchers: the bytes of a local run, handed over to rank 0 as lines of the journal.

#include <signal.h>

#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include "core/output/journal.h"
#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString build = build_path();
constexpr int timeout_ms = 120000;

/// Texts of a tiny model in float32, of which a local run makes the same bytes.
QStringList text(const QString& prompts, const QString& output, const QStringList& more = {}) {
    return QStringList{
               "text",  "-p",        prompts,   "-m",      source_path("/tests/golden/data/language_models/llama"),
               "--raw", "--greedy",  "--dtype", "float32", "--threads",
               "1",     "--devices", "cpu",     "--quiet", "-o",
               output} +
           more;
}

/// One process of two, each on a machine of its own.
class Machine {
public:
    Machine(int rank, const QString& port, const QStringList& command) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FANLIGHT_SILENCE_SECONDS", "4");
        process_.setProcessEnvironment(environment);
        process_.setProcessChannelMode(QProcess::MergedChannels);
        process_.start(build + "/fanlight", QStringList{"launch", "--num-processes", "2", "--num-machines", "2",
                                                        "--machine-rank", QString::number(rank), "--main-process-ip",
                                                        "127.0.0.1", "--main-process-port", port} +
                                                command);
    }

    /// Its exit code; -1 if it does not end.
    int ended() {
        const bool has_ended = process_.waitForFinished(timeout_ms);
        said_ += process_.readAll();
        return has_ended && process_.exitStatus() == QProcess::NormalExit ? process_.exitCode() : -1;
    }
    const QByteArray& said() const { return said_; }

private:
    QProcess process_;
    QByteArray said_;
};

/// The items whose results a journal records, in its order.
QList<int> done_in(const QString& journal) {
    QList<int> items;
    for (const QByteArray& line : content_of(journal).split('\n')) {
        if (line.isEmpty()) continue;
        const JournalRecord record = parse_journal_line(line.toStdString());
        if (const auto* done = std::get_if<Result>(&record)) items << static_cast<int>(done->item);
    }
    return items;
}

QString journal_of(const QString& output, int rank) {
    return output + ".run/.fanlight/journal-" + QString::number(rank) + ".jsonl";
}

QList<int> numbers_below(int count) {
    QList<int> numbers;
    for (int i = 0; i < count; ++i) numbers << i;
    return numbers;
}

QList<int> sorted(QList<int> numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace

class TstTextRanks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPlaceThatIsFreeIsFilledAtOnce_data() {
        QTest::addColumn<int>("processes");
        QTest::addColumn<QString>("split");
        QTest::newRow("alone") << 1 << "pull";
        QTest::newRow("by ticket") << 2 << "pull";
        QTest::newRow("by share") << 2 << "even";
    }

    /// The first text is much longer than the others: these need not wait for it.
    void aPlaceThatIsFreeIsFilledAtOnce() {
        QFETCH(int, processes);
        QFETCH(QString, split);
        constexpr int count = 24;
        const QString prompts = write_prompts("lengths.jsonl", count, [](int i) { return i == 0 ? 120 : 1 + i % 7; });
        const QString tag = QTest::currentDataTag(), expected = path("local " + tag + ".jsonl"),
                      output = path("launched " + tag + ".jsonl");
        const QStringList options = {"--batch-size", "3", "--split", split};
        const ProgramResult local = run_fanlight(text(prompts, expected, options));
        QVERIFY2(local.status == 0, qPrintable(local.output()));
        const ProgramResult launched = run_fanlight(
            QStringList{"launch", "--num-processes", QString::number(processes)} + text(prompts, output, options));
        QVERIFY2(launched.status == 0, qPrintable(launched.output()));
        QCOMPARE(answers_in(output), answers_in(expected));
        QCOMPARE(answers_in(output).size(), count);
        QList<int> all;
        for (int rank = 0; rank < processes; ++rank) {
            const QList<int> done = done_in(journal_of(output, rank));
            if (done.contains(0)) QVERIFY2(done.indexOf(0) >= 6, "others waited for the long one");
            all += done;
        }
        QCOMPARE(sorted(all), numbers_below(count));
    }

    /// Without --gather; a text that cannot be made is named with its reason.
    void rankZeroGetsTheLinesOfOtherMachines() {
        constexpr int count = 40;
        const QString prompts = write_prompts(
            "handed over.jsonl", count, [](int i) { return 1 + i; }, 600);
        const QString expected = path("handed over expected.jsonl"), here = path("here.jsonl"),
                      there = path("there.jsonl"), port = free_port();
        const ProgramResult local = run_fanlight(text(prompts, expected));
        QCOMPARE(local.status, 3);
        Machine second(1, port, text(prompts, there, {"--split", "even"})),
            first(0, port, text(prompts, here, {"--split", "even"}));
        QCOMPARE(first.ended(), local.status);
        QCOMPARE(second.ended(), local.status);
        QCOMPARE(answers_in(here), answers_in(expected));
        QCOMPARE(answers_in(here).size(), count);
        const QList<int> made_there = done_in(journal_of(there, 1)), held_here = done_in(journal_of(here, 0));
        QCOMPARE(made_there.size(), count / 2 - 1);
        for (const int item : made_there) QVERIFY(held_here.contains(item));
        QCOMPARE(QSet<int>(held_here.begin(), held_here.end()).size(), held_here.size());
        QVERIFY(!QFile::exists(there));
    }

    void aSharedFolderIsReadAndNothingIsSent() {
        constexpr int count = 12;
        const QString prompts = write_prompts("shared.jsonl", count, [](int) { return 5; }),
                      output = path("shared out.jsonl");
        const ProgramResult launched =
            run_fanlight(QStringList{"launch", "--num-processes", "2"} + text(prompts, output, {"--split", "even"}));
        QVERIFY2(launched.status == 0, qPrintable(launched.output()));
        QCOMPARE(done_in(journal_of(output, 0)).size(), count / 2);
        QCOMPARE(answers_in(output).size(), count);
    }

    void theOthersMakeWhatAKilledRankLeaves_data() {
        QTest::addColumn<bool>("shared");
        QTest::newRow("with a folder of its own") << false;
        QTest::newRow("in a shared folder") << true;
    }

    void theOthersMakeWhatAKilledRankLeaves() {
        QFETCH(bool, shared);
        constexpr int count = 600;
        const QString tag = shared ? "shared" : "own";
        const QString prompts = write_prompts("killed.jsonl", count, [](int i) { return 20 + i % 50; }),
                      expected = path("killed expected " + tag + ".jsonl"),
                      here = path("killed here " + tag + ".jsonl"),
                      there = shared ? here : path("killed there " + tag + ".jsonl"), port = free_port();
        QCOMPARE(run_fanlight(text(prompts, expected)).status, 0);
        Machine first(0, port, text(prompts, here));
        if (shared) QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(here + ".run/.fanlight/run.json"), timeout_ms);
        Machine second(1, port, text(prompts, there));
        QTRY_VERIFY_WITH_TIMEOUT(done_lines(journal_of(there, 1)) > 3, timeout_ms);
        const QStringList victims =
            run_program("pgrep", {"-f", build + "/fanlight-worker run " + there}).out.split('\n', Qt::SkipEmptyParts);
        for (const QString& victim : victims)
            if (content_of("/proc/" + victim + "/environ").split('\0').contains("RANK=1"))
                ::kill(victim.toInt(), SIGKILL);
        QVERIFY(second.ended() != 0);
        const QList<int> lost = done_in(journal_of(there, 1));
        QVERIFY2(lost.size() < count / 2, "the run was over before the rank was killed");
        QVERIFY2(first.ended() == 0, first.said().constData());
        QVERIFY2(first.said().contains("the others make what it leaves"), first.said().constData());
        QCOMPARE(answers_in(here), answers_in(expected));
        const QList<int> made = done_in(journal_of(here, 0));
        QCOMPARE(sorted(shared ? made + lost : made), numbers_below(count));
    }

    void aRankWhoseLinesCannotBeTakenIsLeftOut_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("said");
        const auto answer = [](int item, int tokens) {
            const Json more = {{"prompt_tokens", 1}, {"new_tokens", tokens}, {"finish", "eos"}};
            return QByteArray::fromStdString(
                journal_line(Result{.item = item, .content = ResultRecord{"mine", more}, .worker = 1}));
        };
        QTest::newRow("no answer") << answer(2, 6) << "it made a text of 6 tokens where at most 5 were asked for";
        QTest::newRow("a damaged line") << answer(2, 5).replace("mine", "mime") << "it handed over a damaged line";
        QTest::newRow("another item") << answer(3, 5) << "it handed over a line about item 3";
    }

    void aRankWhoseLinesCannotBeTakenIsLeftOut() {
        QFETCH(QByteArray, line);
        QFETCH(QString, said);
        constexpr int count = 6;
        const QString prompts = write_prompts("refused.jsonl", count, [](int) { return 5; }),
                      tag = QTest::currentDataTag(), expected = path(tag + " expected.jsonl"),
                      output = path(tag + ".jsonl"), run = output + ".run/.fanlight/run.json";
        QCOMPARE(run_fanlight(text(prompts, expected)).status, 0);
        QCOMPARE(run_fanlight(text(prompts, output, {"--prepare"})).status, 0);
        QProcess liar, worker;
        const auto start = [&](QProcess& process, int rank, const QString& program, const QStringList& words) {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("RANK", QString::number(rank));
            environment.insert("WORLD_SIZE", "2");
            environment.insert("FANLIGHT_STORE", "file://" + path("meeting " + tag));
            process.setProcessEnvironment(environment);
            process.setProcessChannelMode(QProcess::MergedChannels);
            process.start(program, words);
        };
        QVERIFY(QDir().mkpath(path("meeting " + tag)));
        start(liar, 1, build + "/tests/fanlight-lying-rank", {run, "{\"items\":[2,3]}", line});
        start(worker, 0, build + "/fanlight-worker", {"run", run});
        QVERIFY(worker.waitForFinished(timeout_ms) && liar.waitForFinished(timeout_ms));
        const QString output_of_worker = worker.readAll();
        QVERIFY2(worker.exitCode() == 0, qPrintable(output_of_worker));
        QVERIFY2(output_of_worker.contains("Rank 1 on ") && output_of_worker.contains(" is left out: " + said) &&
                     output_of_worker.contains("; the others make what it leaves"),
                 qPrintable(output_of_worker));
        QVERIFY2(liar.exitCode() == 0, liar.readAll().constData());
        QCOMPARE(answers_in(output), answers_in(expected));
    }

    void theLastLineNamesTheCommandThatGoesOn() {
        const QString prompts = write_prompts(
                          "too long.jsonl", 2, [](int) { return 5; }, 600),
                      output = path("too long out.jsonl");
        const ProgramResult launched =
            run_fanlight(QStringList{"launch", "--num-processes", "1"} + text(prompts, output));
        QCOMPARE(launched.status, 3);
        QVERIFY2(launched.output().contains("1 of 2 texts in ") &&
                     launched.output().contains("fanlight text --resume " + output),
                 qPrintable(launched.output()));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[1]["error"]["kind"].toString(), QString("request"));
    }

private:
    QString path(const QString& name) const { return folder_.filePath(name); }

    /// `length`: of the i-th prompt's answer. The last prompt has so many more words.
    template <typename Length>
    QString write_prompts(const QString& name, int count, Length length, int more_words = 0) const {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly)) return "";
        for (int i = 0; i < count; ++i) {
            QJsonObject row{{"prompt", QString("A dog and %1 cats").arg(i)}, {"max_new_tokens", length(i)}};
            row["min_new_tokens"] = length(i);
            if (i + 1 == count) row["prompt"] = row["prompt"].toString() + QString(" and").repeated(more_words);
            file.write(QJsonDocument(row).toJson(QJsonDocument::Compact) + "\n");
        }
        return file.fileName();
    }

    /// While it is being written.
    static qsizetype done_lines(const QString& journal) { return content_of(journal).count("\"done\""); }

    static QString free_port() {
        QTcpServer probe;
        probe.listen(QHostAddress::LocalHost);
        return QString::number(probe.serverPort());
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstTextRanks, QCoreApplication)
#include "tst_text_ranks.moc"
