#include <QFile>
#include <QTest>

#include "core/base/file.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Runs whose pictures a refiner finishes, from the command line.
class TestRefiner : public QObject {
    Q_OBJECT

    const PrivateHome home_;
    const QString golden_ = source_path("/tests/golden/data/pipelines/");
    const QString refiner_ = home_.path("refiner");

    QStringList options(const QString& name) const {
        return {"generate",
                "a dog",
                "a cat",
                "a hen",
                "-m",
                golden_ + "sdxl",
                "--refiner",
                refiner_,
                "-W",
                "32",
                "-H",
                "32",
                "--steps",
                "5",
                "--refiner-switch",
                "0.6",
                "--sampler",
                "euler_ancestral",
                "-o",
                home_.path(name),
                "--quiet"};
    }

    /// File names and hashes of the images of a run with these options.
    QStringList made(const QString& name, const QStringList& more) const {
        const ProgramResult result = run_fanlight(options(name) + more);
        if (result.status != 0) qWarning("%s", qPrintable(result.output()));
        return images_in(home_.path(name));
    }

private Q_SLOTS:
    void init() {
        std::filesystem::remove_all(refiner_.toStdString());
        std::filesystem::copy((golden_ + "sdxl_refiner").toStdString(), refiner_.toStdString(),
                              std::filesystem::copy_options::recursive);
    }

    void workersAndModesMakeTheSameBytes() {
        const QStringList one = made("one", {"--devices", "cpu"});
        QCOMPARE(one.size(), 3);
        QCOMPARE(made("two", {"--devices", "cpu,cpu"}), one);
        QCOMPARE(made("sharded", {"--devices", "cpu", "--mode", "sharded"}), one);
        QCOMPARE(made("batch", {"--devices", "cpu", "--batch-size", "2"}).size(), 3);
        QStringList never = options("never");
        never.replace(never.indexOf("0.6"), "1");
        QCOMPARE(run_fanlight(never + QStringList{"--devices", "cpu"}).status, 0);
        const QStringList unrefined = images_in(home_.path("never"));
        QVERIFY(unrefined.size() == 3 && unrefined != one);
    }

    void aResumedRunGoesOnWithTheSameOne() {
        const QStringList whole = made("resumed", {"--devices", "cpu"});
        QVERIFY(QFile::remove(home_.path("resumed") + "/" + whole[1].section(' ', 0, 0)));
        const QStringList resume = {"generate", "--resume", home_.path("resumed")};
        const std::string config = (refiner_ + "/scheduler/scheduler_config.json").toStdString(),
                          before = read_file(config);
        replace_file(config, before + " ");
        ProgramResult result = run_fanlight(resume);
        QVERIFY2(result.status == 1 && result.err.contains(refiner_ + " has changed since the run in "),
                 qPrintable(result.output()));
        replace_file(config, before);
        result = run_fanlight(resume);
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("resumed")), whole);
    }

    void theSameBytesAreMadeAgain() {
        const QStringList images = made("original", {"--devices", "cpu"});
        const ProgramResult result =
            run_fanlight({"replay", home_.path("original"), "-m", golden_ + "sdxl", "-o", home_.path("copy")});
        QVERIFY2(result.status == 0 && result.err.contains("3 of 3 images have the same bytes"),
                 qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("copy")), images);
        const ProgramResult shown = run_fanlight({"show", home_.path("original") + "/" + images[0].section(' ', 0, 0)});
        QVERIFY2(shown.out.contains("refiner"), qPrintable(shown.output()));
    }

    void whatCannotBeIsRefusedBeforeAnythingIsMade() {
        ProgramResult result = run_fanlight(
            options("stages") + QStringList{"--devices", "cpu,cpu", "--mode", "pipelined", "--stages", "2"});
        QVERIFY2(result.status == 2 && result.err.contains("A model with a refiner cannot be cut into stages"),
                 qPrintable(result.output()));
        result = run_fanlight({"generate", "a dog", "-m", refiner_, "-o", home_.path("alone")});
        QVERIFY2(result.status == 2 && result.err.contains("give it with --refiner"), qPrintable(result.output()));
        result = run_fanlight(
            {"generate", "a dog", "-m", golden_ + "sdxl", "--refiner", golden_ + "sd1", "-o", home_.path("other")});
        QVERIFY2(result.err.contains("is a model of Stable Diffusion 1 or 2 and no refiner"),
                 qPrintable(result.output()));
        for (const char* name : {"stages", "alone", "other"}) QVERIFY(!QFile::exists(home_.path(name)));
    }

    void aPlanCountsIt() {
        const QStringList plan = {"plan", "a dog", "-m", golden_ + "sdxl", "-W", "32", "-H", "32", "--devices", "cpu"};
        const ProgramResult without = run_fanlight(plan),
                            with = run_fanlight(plan + QStringList{"--refiner", refiner_});
        QVERIFY2(without.status == 0 && with.status == 0, qPrintable(with.output()));
        QVERIFY(with.out != without.out);
    }
};

FANLIGHT_TEST(TestRefiner, QCoreApplication)
#include "tst_refiner.moc"
