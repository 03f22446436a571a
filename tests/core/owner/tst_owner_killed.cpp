#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <random>

#include "core/output/journal.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr int items = 60;

/// Runs fanlight-run-owner on the folder and kills it with SIGKILL after `ms`. True if it finished before.
bool run_owner(const fs::path& folder, int kill_after_ms) {
    QProcess owner;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
    owner.setProcessEnvironment(environment);
    owner.setProcessChannelMode(QProcess::ForwardedChannels);
    owner.start(build_path("/tests/fanlight-run-owner"),
                {QString::fromStdString(folder.string()), QString::number(items), "2"});
    if (owner.waitForFinished(kill_after_ms))
        return owner.exitStatus() == QProcess::NormalExit && owner.exitCode() == 0;
    owner.kill();
    owner.waitForFinished();
    return false;
}

/// Running workers of the runs below a folder, found by their open logs.
int workers_of(const fs::path& folder) {
    int count = 0;
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error))
        count += fs::read_symlink(process.path() / "fd" / "2", error).string().starts_with(folder.string() + "/");
    return count;
}

/// Number of done records by item.
std::map<int64_t, int> done_records(const fs::path& folder) {
    std::map<int64_t, int> count;
    const std::string text = read_file(folder / ".fanlight" / "journal.jsonl");
    for (size_t start = 0, end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
        const auto record = parse_journal_line(std::string_view(text).substr(start, end - start));
        if (const auto* done = std::get_if<Result>(&record)) ++count[done->item];
    }
    return count;
}

}  // namespace

class TestOwnerKilled : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLostAndNothingIsMadeTwice() {
        const QTemporaryDir dir;
        const fs::path whole = fs::path(dir.path().toStdString()) / "whole";
        QVERIFY(run_owner(whole, 60'000));
        const auto expected = files_in(whole);
        QCOMPARE(expected.size(), size_t{items});

        std::mt19937 random(20'260'101);
        std::uniform_int_distribution<int> ms(5, 250);
        const fs::path broken = fs::path(dir.path().toStdString()) / "broken";
        int kills = 0, unfinished = 0;
        for (int run = 0; kills < 25; ++run) {
            const fs::path folder = broken / std::to_string(run);
            // Longer each time: on a busy machine a run would else never get as far as its first item.
            for (int patience = 1; !run_owner(folder, patience * ms(random)); ++patience) {
                ++kills;
                QTRY_COMPARE(workers_of(folder), 0);  // they die with their owner
                unfinished += !fs::exists(folder) || files_in(folder).size() < items;
            }
            QVERIFY(files_in(folder) == expected);  // nor any .part file
            const auto records = done_records(folder);
            QCOMPARE(records.size(), size_t{items});
            for (const auto& [item, count] : records) QCOMPARE(count, 1);
        }
        QVERIFY(unfinished >= 10);  // the kills hit runs in progress
    }
};

FANLIGHT_TEST(TestOwnerKilled, QCoreApplication)
#include "tst_owner_killed.moc"
