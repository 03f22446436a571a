#include "core/run/describe_model.h"

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

class TestDescribeModel : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

    /// A program that imitates a worker.
    std::string worker(const std::string& script) {
        const std::string file = path("worker");
        replace_file(file, "#!/bin/sh\n" + script + "\n");
        QFile::setPermissions(QString::fromStdString(file), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file;
    }

    std::string complaint_about(const std::string& script) {
        try {
            describe_model(worker(script), folder_.path().toStdString(), small_model().shape);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        QVERIFY(QDir(folder_.path()).mkpath("unet"));
        replace_file(path("unet/config.json"), "{}");
        replace_file(path("answer.json"), to_line(to_json(small_model())));
    }

    void theWorkersAnswerIsRead() {
        const std::string program = worker("echo \"$@\" > " + path("arguments") + "; cat " + path("answer.json"));
        const ModelDescription model = describe_model(program, folder_.path().toStdString(), small_model().shape);
        QCOMPARE(model.layers, small_model().layers);
        QCOMPARE(read_file(path("arguments")),
                 "describe " + folder_.path().toStdString() +
                     " --dtype float32 --width 64 --height 64 --batch-size 1 --guided 1\n");
    }

    void whatIsNoAnswerIsNamed_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        QTest::newRow("its own sentence") << "echo 'fanlight-worker: unet/config.json is gone' >&2; exit 1"
                                          << "unet/config.json is gone";
        QTest::newRow("nothing") << "exit 0"
                                 << "describe, line 1";
        QTest::newRow("a death") << "kill -9 $$"
                                 << "ended without an answer";
        QTest::newRow("no JSON") << "echo hello"
                                 << "describe, line 1";
        QTest::newRow("other JSON") << "echo '{\"layers\": 3}'"
                                    << "\"shape\" is missing";
        QTest::newRow("another shape") << "sed s/64/72/ " + QString::fromStdString(path("answer.json"))
                                       << "another shape";
    }
    void whatIsNoAnswerIsNamed() {
        QFETCH(QString, script);
        QFETCH(QString, expected);
        const QString message = QString::fromStdString(complaint_about(script.toStdString()));
        QVERIFY2(message.contains(expected), qPrintable(message));
    }

    void aProgramThatIsNotThereIsNamed() {
        QVERIFY_THROWS_EXCEPTION(Error, describe_model("/nowhere/worker", "/", small_model().shape));
    }

    void anAnswerThatNobodyWantsIsNotWaitedFor() {
        std::stop_source question;
        question.request_stop();
        try {
            describe_model(worker("exec sleep 600"), folder_.path().toStdString(), small_model().shape,
                           question.get_token());
            QFAIL("An answer came from nowhere.");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains("is not waited for any more"), error.what());
        }
    }

    void layersAreMeasuredOnce() {
        const std::string program = worker("echo x >> " + path("calls") + "; echo '{\"layer_seconds\": [0.5, 0.25]}'");
        const LayerTimings timings(program, folder_.path().toStdString());
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

    void secondsThatCannotBeAreRefused_data() {
        QTest::addColumn<QString>("seconds");
        for (const char* seconds : {"[1]", "[1, 0]", "[1, -1]", "[1, \"1\"]", "3", "null"})
            QTest::newRow(seconds) << QString(seconds);
    }
    void secondsThatCannotBeAreRefused() {
        QFETCH(QString, seconds);
        const std::string program = worker("echo '{\"layer_seconds\": " + seconds.toStdString() + "}'");
        const LayerTimings timings(program, folder_.path().toStdString());
        QVERIFY_THROWS_EXCEPTION(Error, timings.measured(small_model(), {"cpu", "Never measured", 1}));
    }

    void aBrokenCacheIsNone() {
        const LayerTimings timings(worker("echo '{\"layer_seconds\": [2, 2]}'"), folder_.path().toStdString());
        const TimedDevice device{"cuda:1", "A card", 1};
        QCOMPARE(timings.measured(small_model(), device), std::vector<double>({2, 2}));
        for (const QFileInfo& file : QDir(folder_.filePath("cache/fanlight/layer_seconds")).entryInfoList(QDir::Files))
            replace_file(file.filePath().toStdString(), "{");
        QVERIFY(timings.known(small_model(), device).empty());
        QCOMPARE(timings.measured(small_model(), {"cuda:0", "A card", 1}), std::vector<double>({2, 2}));  // of its kind
        QCOMPARE(timings.known(small_model(), device), std::vector<double>({2, 2}));
    }
};

FANLIGHT_TEST(TestDescribeModel, QCoreApplication)
#include "tst_describe_model.moc"
