#include "ui/prompts/token_counter.h"

#include <QApplication>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/config/user_folders.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

class TstTokenCounter : public QObject {
    Q_OBJECT

    QTemporaryDir home_;

private Q_SLOTS:
    void vectorsOfEmbeddingsAreCounted() {
        qputenv("XDG_DATA_HOME", home_.path().toUtf8());
        const QString kept = QString::fromStdString(embeddings_folder().string());
        const QString data = source_path("/tests/golden/data/");
        QVERIFY(QDir().mkpath(kept));
        QVERIFY(QFile::copy(data + "embeddings/sd1/moss-style.safetensors", kept + "/moss-style.safetensors"));
        QVERIFY(QFile::copy(data + "embeddings/sdxl/pair.safetensors", kept + "/pair.safetensors"));
        TokenCounter counter;
        counter.setModelFolder(data + "pipelines/sd1");
        const auto count = [&](const QString& prompt, Emphasis emphasis = Emphasis::Original) {
            const auto length = counter.length(prompt, emphasis, 20);
            return length ? QString("%1/%2").arg(length->tokens).arg(length->room) : QString();
        };
        QTRY_COMPARE(count("dog"), QString("1/75"));
        QCOMPARE(count("dog (moss-style:1.2)"), QString("4/75"));
        QCOMPARE(count("pair"), QString("1/75"));  // is for another model
        QCOMPARE(count(QString("dog ").repeated(73) + "moss-style"), QString("76/150"));
        QCOMPARE(counter.cutFrom(QString("dog ").repeated(73) + "moss-style"), 1);
    }

    void whatIsTakenOutIsNotCounted() {
        TokenCounter counter;
        counter.setModelFolder(fanlight::source_path("/tests/golden/data/pipelines/z_image"));
        PromptReading reading = Emphasis::Literal;
        const auto count = [&](const QString& prompt) {
            const auto length = counter.length(prompt, reading, 20);
            return length ? int(length->tokens) : -1;
        };
        QTRY_VERIFY(count("a dog") > 0);
        QVERIFY(!counter.readsSyntax() && counter.takesNegative());
        const int all = count("a dog <lora:ink:0.8>");
        QVERIFY(all > count("a dog"));
        reading.takesLoras = true;
        QCOMPARE(count("a dog <lora:ink:0.8>"), count("a dog"));
        QCOMPARE(count("a dog <lora:ink:much>"), all + count("much") - count("0.8"));  // a run refuses it
        const QString longest = QString("a ").repeated(900);
        QCOMPARE(counter.cutFrom(longest + "<lora:ink:0.8>", reading), counter.cutFrom(longest.trimmed()));
        counter.setModelFolder(fanlight::source_path("/tests/golden/data/pipelines/flux_2"));
        QTRY_VERIFY(!counter.takesNegative());
    }

    void negativePromptsHaveAnEffectByEitherScale() {
        const TokenCounter counter;
        QVERIFY(!counter.guides(1, 1) && counter.guides(2, 1) && counter.guides(1, 2));
    }
};

FANLIGHT_TEST(TstTokenCounter, QApplication)
#include "tst_token_counter.moc"
