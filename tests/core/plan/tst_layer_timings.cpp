#include "core/plan/layer_timings.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

ModelDescription small_model() {
    ModelDescription model{.shape = {.width = 64, .height = 64}};
    model.network.root = {.class_name = "Net", .children = {{.name = "a", .class_name = "Linear"}}};
    model.layers = {{"a", 4, 1, 1, 1}, {"b", 4, 1, 1, 1}};
    return model;
}

}  // namespace

class TestLayerTimings : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

    /// The worker program from here on is this script.
    void set_worker(const std::string& script) {
        const std::string file = path("worker");
        replace_file(file, "#!/bin/sh\n" + script + "\n");
        QFile::setPermissions(QString::fromStdString(file), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("FANLIGHT_WORKER", file.c_str());
    }

    std::string complaint_about(const std::string& script) {
        try {
            set_worker(script);
            LayerTimings(folder_.path().toStdString()).measured(small_model(), {"cpu", "Never measured", 1});
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        QVERIFY(QDir(folder_.path()).mkpath("unet"));
        replace_file(path("model_index.json"), R"({"_class_name": "StableDiffusionPipeline"})");
        replace_file(path("unet/config.json"), "{}");
    }

    void theWorkerIsToldWhatToMeasure() {
        set_worker("echo \"$@\" > " + path("arguments") + "; echo '{\"layer_seconds\": [0.5, 0.25]}'");
        LayerTimings(folder_.path().toStdString()).measured(small_model(), {"cpu", "Asked once", 3});
        QCOMPARE(read_file(path("arguments")), "measure " + folder_.path().toStdString() +
                                                   " --dtype float32 --width 64 --height 64 --tokens 0 --batch-size 1 "
                                                   "--guided 1 --device cpu --threads 3 --rounds-seconds 20\n");
    }

    void whatIsNoAnswerIsNamed_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        QTest::newRow("its own sentence") << "echo 'fanlight-worker: unet/config.json is gone' >&2; exit 1"
                                          << "unet/config.json is gone";
        QTest::newRow("nothing") << "exit 0"
                                 << "measure, line 1";
        QTest::newRow("a death") << "kill -9 $$"
                                 << "ended without an answer";
        QTest::newRow("no JSON") << "echo hello"
                                 << "measure, line 1";
        QTest::newRow("other JSON") << "echo '{\"layers\": 3}'"
                                    << "did not time each layer";
    }
    void whatIsNoAnswerIsNamed() {
        QFETCH(QString, script);
        QFETCH(QString, expected);
        const QString message = QString::fromStdString(complaint_about(script.toStdString()));
        QVERIFY2(message.contains(expected), qPrintable(message));
    }

    void aProgramThatIsNotThereIsNamed() {
        qputenv("FANLIGHT_WORKER", "/nowhere/worker");
        const LayerTimings timings(folder_.path().toStdString());
        QVERIFY_THROWS_EXCEPTION(Error, timings.measured(small_model(), {"cpu", "Never measured", 1}));
    }

    void layersAreMeasuredOnce() {
        set_worker("echo x >> " + path("calls") + "; echo '{\"layer_seconds\": [0.5, 0.25]}'");
        const LayerTimings timings(folder_.path().toStdString());
        const TimedDevice device{"cpu", "A processor", 2};
        QVERIFY(timings.known(small_model(), device).empty());
        for (int i = 0; i < 2; ++i) QCOMPARE(timings.measured(small_model(), device), std::vector<double>({0.5, 0.25}));
        QCOMPARE(read_file(path("calls")), std::string("x\n"));
        QCOMPARE(timings.known(small_model(), device), std::vector<double>({0.5, 0.25}));
        QVERIFY(timings.known(small_model(), {"cpu", "A processor", 1}).empty());
        QVERIFY(timings.known(small_model(), {"cpu", "Another one", 2}).empty());
        ModelDescription other = small_model();
        other.shape.width = 128;
        QVERIFY(timings.known(other, device).empty());
    }

    void whatIsMeasuredInHasteIsKeptApart() {
        const TimingLimits soon{.rounds_seconds = 2, .most_seconds = 60};
        const LayerTimings timings(folder_.path().toStdString());
        const TimedDevice device{"cpu", "Measured in haste", 1};
        set_worker("echo \"$@\" > " + path("arguments") + "; echo '{\"layer_seconds\": [3, 3]}'");
        QCOMPARE(timings.measured(small_model(), device, soon), std::vector<double>({3, 3}));
        QVERIFY(QString::fromStdString(read_file(path("arguments"))).endsWith("--rounds-seconds 2\n"));
        QVERIFY(timings.known(small_model(), device).empty());
        set_worker("echo '{\"layer_seconds\": [2, 2]}'");
        QCOMPARE(timings.measured(small_model(), device, soon), std::vector<double>({3, 3}));
        QCOMPARE(timings.measured(small_model(), device), std::vector<double>({2, 2}));
        QCOMPARE(timings.measured(small_model(), device, soon), std::vector<double>({2, 2}));  // it is more exact
    }

    void whatTakesTooLongIsGivenUp() {
        set_worker("exec sleep 60");
        const LayerTimings timings(folder_.path().toStdString());
        try {
            timings.measured(small_model(), {"cpu", "Never measured", 1}, {.most_seconds = 1});
            QFAIL("it was waited for");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).endsWith("did not answer within 1 s"), error.what());
        }
    }

    void secondsThatCannotBeAreRefused_data() {
        QTest::addColumn<QString>("seconds");
        for (const char* seconds : {"[1]", "[1, 0]", "[1, -1]", "[1, \"1\"]", "3", "null"})
            QTest::newRow(seconds) << QString(seconds);
    }
    void secondsThatCannotBeAreRefused() {
        QFETCH(QString, seconds);
        set_worker("echo '{\"layer_seconds\": " + seconds.toStdString() + "}'");
        const LayerTimings timings(folder_.path().toStdString());
        QVERIFY_THROWS_EXCEPTION(Error, timings.measured(small_model(), {"cpu", "Never measured", 1}));
    }

    void aBrokenCacheIsNone() {
        set_worker("echo '{\"layer_seconds\": [2, 2]}'");
        const LayerTimings timings(folder_.path().toStdString());
        const TimedDevice device{"cuda:1", "A card", 1};
        QCOMPARE(timings.measured(small_model(), device), std::vector<double>({2, 2}));
        for (const QFileInfo& file : QDir(folder_.filePath("cache/fanlight/layer_seconds")).entryInfoList(QDir::Files))
            replace_file(file.filePath().toStdString(), "{");
        QVERIFY(timings.known(small_model(), device).empty());
        QCOMPARE(timings.measured(small_model(), {"cuda:0", "A card", 1}), std::vector<double>({2, 2}));  // of its kind
        QCOMPARE(timings.known(small_model(), device), std::vector<double>({2, 2}));
    }
};

FANLIGHT_TEST(TestLayerTimings, QCoreApplication)
#include "tst_layer_timings.moc"
