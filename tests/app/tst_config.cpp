#include <QTest>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr const char* default_yaml =
    "compute_environment: LOCAL_MACHINE\ndistributed_type: NO\ngpu_ids: \"all\"\nmachine_rank: 0\n"
    "mixed_precision: \"no\"\nnum_machines: 1\nnum_processes: 1\nuse_cpu: true\n";

}  // namespace

/// `fanlight config` on a machine without GPUs. The file's contents are tested in tst_launch_config.
class TestConfig : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString accelerates() const { return home_.path("cache/huggingface/accelerate/default_config.yaml"); }

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }

private Q_SLOTS:
    void cleanup() { QFile::remove(accelerates()); }

    void theFileIsWrittenWhereAccelerateReadsIt() {
        const ProgramResult ended = run_fanlight({"config", "default"});
        QCOMPARE(ended.status, 0);
        QCOMPARE(ended.out, QString());
        QCOMPARE(ended.err, "Written: " + accelerates() + "\n");
        QCOMPARE(content_of(accelerates()), QByteArray(default_yaml));
    }

    void anExistingFileIsReplacedOnlyByForce() {
        const QString file = written("mine.yaml", "num_processes: 3\n");
        const ProgramResult refused = run_fanlight({"config", "default", "--config-file", file});
        QCOMPARE(refused.status, 2);
        QCOMPARE(refused.err, "fanlight: " + file + " exists already; fanlight config default --force replaces it\n");
        QCOMPARE(content_of(file), QByteArray("num_processes: 3\n"));
        QCOMPARE(run_fanlight({"config", "default", "--force", "--config_file", file}).status, 0);
        QCOMPARE(content_of(file), QByteArray(default_yaml));
    }

    void theConfigurationIsShown() {
        QVERIFY(QDir().mkpath(QFileInfo(accelerates()).path()));
        QVERIFY(QFile::copy(source_path("/tests/golden/data/config/fsdp.yaml"), accelerates()));
        const ProgramResult ended = run_fanlight({"config", "show"});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.out.contains("\nmixed_precision: \"bf16\"\nnum_machines: 1\nnum_processes: 2\n"),
                 qPrintable(ended.out));
        const QStringList notes = ended.err.split('\n', Qt::SkipEmptyParts);
        QCOMPARE(notes.value(0), accelerates());
        QVERIFY2(notes.value(1).startsWith("distributed_type FSDP has no effect here: "), qPrintable(ended.err));
        QVERIFY2(notes.value(2).startsWith("fsdp_config has no effect here: "), qPrintable(ended.err));
        QCOMPARE(notes.size(), 3);
    }

    void theOutputOfShowIsReadAgain() {
        const ProgramResult first =
            run_fanlight({"config", "show", "--config-file", source_path("/tests/golden/data/config/cpu.json")});
        QCOMPARE(first.status, 0);
        const ProgramResult second =
            run_fanlight({"config", "show", "--config-file", written("again", first.out.toUtf8())});
        QCOMPARE(second.out, first.out);
        QVERIFY(first.out.contains("use_cpu: true"));
    }

    void impossibleCommandsAreReportedInOneSentence_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        const QString unknown = written("unknown.yaml", "num_machines: 1\nnum_proceses: 4\n");
        const QString none = home_.path("none.yaml");
        QTest::newRow("an unknown key") << QStringList{"show", "--config-file", unknown}
                                        << unknown + ", line 2, column 1: the key \"num_proceses\" is not known";
        QTest::newRow("no file") << QStringList{"show", "--config-file", none} << none;
        QTest::newRow("no default file") << QStringList{"show"} << accelerates();
        QTest::newRow("no terminal") << QStringList{} << "fanlight config default asks none";
        QTest::newRow("no action") << QStringList{"write"} << "write";
        QTest::newRow("no place") << QStringList{"default", "--config-file", "/dev/null/config.yaml"}
                                  << "Cannot create the folder /dev/null: ";
    }
    void impossibleCommandsAreReportedInOneSentence() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        const ProgramResult ended = run_fanlight(QStringList{"config"} + arguments);
        QVERIFY2(ended.status == 1 || ended.status == 2, qPrintable(ended.output()));
        QVERIFY2(ended.err.startsWith("fanlight: ") && ended.err.contains(sentence), qPrintable(ended.err));
        QVERIFY2(ended.err.count('\n') == 1 && ended.out.isEmpty(), qPrintable(ended.output()));
        QVERIFY(!QFile::exists(accelerates()));
    }

    void whatPreparesNoRunIsShown() {
        const QString folder = home_.path("shown only");
        const QStringList launch = {"launch", "--cpu", "--num-processes", "2"};
        const ProgramResult listed =
            run_fanlight(launch + QStringList{"generate", "a", "b", "-o", folder, "--dry-run"});
        QVERIFY2(listed.status == 0 && listed.out.contains("00001-43-b.png"), qPrintable(listed.output()));
        QVERIFY(!QFile::exists(folder));
        const ProgramResult help = run_fanlight(launch + QStringList{"generate", "--help"});
        QVERIFY2(help.status == 0 && help.out.contains("--steps"), qPrintable(help.output()));
        const ProgramResult second =
            run_fanlight({"launch", "--cpu", "--num-machines", "2", "--machine-rank", "1", "--main-process-ip",
                          "127.0.0.1", "--num-processes", "2", "text", "--help"});
        QVERIFY2(second.status == 0 && second.out.contains("--max-new-tokens"), qPrintable(second.output()));
    }

    void launchNamesWhatIsUnknownInItsFile() {
        const QString unknown = written("unknown.yaml", "num_proceses: 4\n");
        const ProgramResult ended = run_fanlight({"launch", "--config-file", unknown, "generate", "a dog"});
        QCOMPARE(ended.status, 2);
        QCOMPARE(ended.err, "fanlight: " + unknown + ", line 1, column 1: the key \"num_proceses\" is not known\n");
    }
};

FANLIGHT_TEST(TestConfig, QCoreApplication)
#include "tst_config.moc"
