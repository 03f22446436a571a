#include <QTemporaryDir>
#include <QTest>

#include "core/base/sha256.h"
#include "core/output/image_marks.h"
#include "core/run/finished_rows.h"
#include "core/run/run_folder.h"
#include "tests/support/fake_runs.h"
#include "tests/support/sentences.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// Images that the user has moved to the trash.
class TestCulledImages : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path out_;

    /// A run of four: the first two are done, and the first one has been moved to the trash.
    void makeRun() const {
        RunFolder run = create_run(out_, fake_plan(fake_items(4), 1));
        for (const int64_t item : {0, 1}) {
            const std::string name = run.plan.items[item].place, bytes = "picture " + name;
            commit_file(out_, name, bytes);
            run.journal.append({Result{item, ResultFile{name, sha256_hex(bytes), int64_t(bytes.size())}}});
        }
        append_marks(out_, {{.file = run.plan.items[0].place, .culled = true}});
        fs::remove(out_ / run.plan.items[0].place);
    }

private Q_SLOTS:
    void init() {
        out_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction();
        makeRun();
    }

    void theyCountAsDoneAndStayAway() {
        RunFolder run = resume_run(out_);
        QCOMPARE(run.pending, (std::vector<int64_t>{2, 3}));
        QCOMPARE(run.done.size(), size_t{2});
        QVERIFY(run.warnings.empty());
        write_manifest(run);
        const auto listed = read_manifest_jsonl(out_ / "manifest.jsonl");
        QCOMPARE(listed.size(), size_t{1});
        QCOMPARE(listed[0].item.index, int64_t{1});
    }

    void theyAreRemadeWhenAskedFor() {
        const std::vector<std::string> said{"1 image from the trash is made again"};
        {
            const RunFolder remade = resume_run(out_, {.culled = Culled::AreRemade});
            QCOMPARE(remade.pending, (std::vector<int64_t>{0, 2, 3}));
            QCOMPARE(texts_of(remade.warnings), said);
        }
        QCOMPARE(texts_of(resume_run(out_).warnings), said);
        QCOMPARE(resume_run(out_).pending, (std::vector<int64_t>{0, 2, 3}));  // from now on it is merely missing
    }

    void theyAreNeitherFinishedNorMissing() {
        const RunRows rows = run_rows(out_);
        QCOMPARE(rows.culled, std::vector<int64_t>{0});
        QCOMPARE(rows.unmade, (std::vector<int64_t>{2, 3}));
        QCOMPARE(rows.finished.size(), size_t{1});
    }

    void anExportedFolderKnowsThem() {
        fs::remove(out_ / ".fanlight" / "run.json");
        ManifestRow row{.item = fake_items(1).front()};
        row.made.content = ResultFile{row.item.place, std::string(64, '0'), 1};
        write_manifest(out_, {row});
        const RunRows rows = run_rows(out_);
        QCOMPARE(rows.culled, std::vector<int64_t>{0});
        QVERIFY(rows.finished.empty());
    }

    void anotherMissingImageIsMadeAgain() {
        fs::remove(out_ / "1.png");
        QCOMPARE(resume_run(out_).pending, (std::vector<int64_t>{1, 2, 3}));
    }

    /// One sentence, however many there are.
    void imagesMissingForOneReasonAreCounted() {
        fs::remove(marks_file(out_));
        fs::remove(out_ / "1.png");
        const std::vector<std::string> said = texts_of(resume_run(out_).warnings);
        QCOMPARE(said, std::vector<std::string>{"0.png is missing: it is made again; the same goes for 1 other"});
    }
};

FANLIGHT_TEST(TestCulledImages)
#include "tst_culled_images.moc"
