#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>
#include <csignal>
#include <fstream>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Runs that keep what text encoders make of prompts, from the command line: --cache-embeddings.
class TestEncodedPrompts : public QObject {
    Q_OBJECT

    const PrivateHome home_;
    const QString model_ = QString(source_path("/tests/golden/data/pipelines/z_image"));
    const QString kept_ = home_.path("cache/fanlight/encoded_texts");
    QStringList plain_;

    QStringList options(const QString& name) const {
        return {"a dog", "a cat", "an owl",        "-m", model_,      "-W", "32",
                "-H",    "32",    "--steps",       "2",  "--threads", "1",  "--cfg-scale",
                "2",     "-o",    home_.path(name)};
    }

    /// File names and hashes of the images of a run with these options.
    QStringList made(const QString& name, const QStringList& more = {}) const {
        const ProgramResult result =
            run_fanlight(QStringList{"generate"} + options(name) + QStringList{"--cache-embeddings"} + more);
        if (result.status != 0) qWarning("%s", qPrintable(result.output()));
        return images_in(home_.path(name));
    }

    QStringList files() const { return QDir(kept_).entryList(QDir::Files, QDir::Name); }
    void forget() const { QDir(kept_).removeRecursively(); }

private Q_SLOTS:
    void initTestCase() {
        const ProgramResult result =
            run_fanlight(QStringList{"generate"} + options("plain") + QStringList{"--devices", "cpu"});
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        plain_ = images_in(home_.path("plain"));
        QCOMPARE(plain_.size(), 3);
        QVERIFY(!QDir(kept_).exists());
    }
    void cleanup() { forget(); }

    void everyModeMakesTheSameBytes() {
        QCOMPARE(made("first", {"--devices", "cpu"}), plain_);
        QCOMPARE(files().size(), 4);  // the prompts and an empty negative one
        QCOMPARE(made("second", {"--devices", "cpu"}), plain_);
        QCOMPARE(made("replicas", {"--devices", "cpu,cpu"}), plain_);
        QCOMPARE(made("pipelined", {"--devices", "cpu,cpu", "--mode", "pipelined"}), plain_);
        QCOMPARE(made("sharded", {"--devices", "cpu", "--mode", "sharded"}), plain_);
        QCOMPARE(files().size(), 4);
        forget();
        QCOMPARE(made("replicas first", {"--devices", "cpu,cpu"}), plain_);
        QCOMPARE(files().size(), 4);
    }

    /// Neither the recipe nor the images tell of it: it changes no pixel.
    void resumedAndReplayedRunsMakeTheSameBytes() {
        QCOMPARE(made("run", {"--devices", "cpu"}), plain_);
        QVERIFY(content_of(home_.path("run/.fanlight/run.json")).contains("\"cache_embeddings\":true"));
        QVERIFY(!content_of(home_.path("plain/.fanlight/run.json")).contains("cache_embeddings"));
        forget();
        QVERIFY(QFile::remove(home_.path("run") + "/" + plain_[1].section(' ', 0, 0)));
        ProgramResult result = run_fanlight({"generate", "--resume", home_.path("run")});
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("run")), plain_);
        QCOMPARE(files().size(), 2);
        result = run_fanlight({"replay", home_.path("run"), "-m", model_, "-o", home_.path("again")});
        QVERIFY2(result.status == 0 && result.err.contains("3 of 3 images have the same bytes"),
                 qPrintable(result.output()));
    }

    void aLauncherKeepsThem() {
        const QStringList launched = QStringList{"launch", "--num-processes", "2", "--cpu", "generate"} +
                                     options("launched") + QStringList{"--cache-embeddings"};
        const ProgramResult result = run_fanlight(launched);
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("launched")), plain_);
        QCOMPARE(files().size(), 4);
    }

    /// Once in a run, and nothing is wrong.
    void aDamagedFileIsSaid() {
        made("whole", {"--devices", "cpu"});
        for (const QString& name : files()) {
            QFile file(kept_ + "/" + name);
            QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(file.size() - 1) && file.putChar('!'));
        }
        const ProgramResult result = run_fanlight(QStringList{"generate"} + options("damaged") +
                                                  QStringList{"--cache-embeddings", "--devices", "cpu"});
        QCOMPARE(result.status, 0);
        QCOMPARE(result.err.count("is damaged, and is encoded again"), 1);
        QCOMPARE(images_in(home_.path("damaged")), plain_);
    }

    void theWorkerMayBeKilledWhileItWrites() {
        for (int round = 0; round < 4; ++round) {
            forget();
            QProcess run;
            const QString name = QString("killed %1").arg(round);
            run.start(build_path("/fanlight"), QStringList{"generate"} + options(name) +
                                                   QStringList{"--cache-embeddings", "--devices", "cpu", "--json"});
            QVERIFY(QTest::qWaitFor([&] { return files().size() > round % 3; }, 60'000));
            const std::string owner = std::to_string(run.processId());
            std::ifstream children("/proc/" + owner + "/task/" + owner + "/children");
            for (pid_t worker; children >> worker;) ::kill(worker, SIGKILL);
            QVERIFY(run.waitForFinished(120'000));
            QCOMPARE(run.exitCode(), 0);  // another worker has made the rest
            QCOMPARE(images_in(home_.path(name)), plain_);
            QCOMPARE(made(name + " again", {"--devices", "cpu"}), plain_);
        }
    }

    void planSaysWhereTheyAre() {
        const ProgramResult plan = run_fanlight(
            {"plan", "a dog", "-m", model_, "-W", "32", "-H", "32", "--devices", "cpu", "--cache-embeddings"});
        QVERIFY2(plan.status == 0 && plan.out.contains(kept_ + " (--cache-embeddings)."), qPrintable(plan.output()));
        QVERIFY(files().isEmpty());
    }

    /// On the CPU the text encoders are beside the network in any case.
    void theCpusTextsAreReadOnTheCpu() {
        QCOMPARE(made("beside", {"--devices", "cpu", "--text-device", "cpu"}), plain_);
        QVERIFY(!content_of(home_.path("beside/.fanlight/run.json")).contains("text_device"));
    }
};

FANLIGHT_TEST(TestEncodedPrompts, QCoreApplication)
#include "tst_encoded_prompts.moc"
