#include <QDir>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>

#include "tests/support/places.h"
#include "tests/support/test.h"

/// `fanlight models`, as a user runs it.
class TestModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachModelSaysItsFamilyAndItsSize() {
        const QTemporaryDir home;
        for (const char* name : {"HOME", "XDG_DATA_HOME", "HF_HOME"}) qputenv(name, home.path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", fanlight::source_path("/resources"));
        QVERIFY(QDir(home.path()).mkpath("fanlight/models"));
        QFile broken(home.filePath("fanlight/models/broken.safetensors"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no checkpoint") > 0);
        broken.close();
        const std::filesystem::path seeing = home.filePath("fanlight/models/seeing").toStdString();
        std::filesystem::copy(fanlight::source_path("/tests/golden/data/language_models/qwen3_vl"), seeing);
        QProcess program;
        program.start(fanlight::build_path("/fanlight"), {"models"});
        QVERIFY(program.waitForFinished());
        const QStringList lines = QString(program.readAllStandardOutput()).trimmed().split('\n');
        QCOMPARE(lines.size(), 4);
        const QRegularExpression starter("^starter +StableDiffusion +\\d+\\.\\d\\d MB  /.*/starter/model$");
        QVERIFY2(starter.match(lines[0]).hasMatch(), qPrintable(lines[0]));
        const QRegularExpression text("^starter-text +LlamaForCausalLM +[34]\\.\\d\\d MB  /.*/starter_text/model$");
        QVERIFY2(text.match(lines[1]).hasMatch(), qPrintable(lines[1]));
        QVERIFY2(lines[2].startsWith("broken") && lines[2].contains("  cannot be used: "), qPrintable(lines[2]));
        const QRegularExpression both("^seeing +Qwen3VLForConditionalGeneration +\\d+\\.\\d\\d KB  /.*/seeing$");
        QVERIFY2(both.match(lines[3]).hasMatch(), qPrintable(lines[3]));
    }
};

FANLIGHT_TEST(TestModels, QCoreApplication)
#include "tst_models.moc"
