#include <QProcess>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

/// What the window's program prints; no screen is needed for that.
class TestGuiOptions : public QObject {
    Q_OBJECT

    static int run(const char* program, const QStringList& words, QString& said) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* screen : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(screen);
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(build_path(program), words);
        if (!process.waitForFinished(30'000)) return -1;
        said = QString::fromUtf8(process.readAll());
        return process.exitCode();
    }

private Q_SLOTS:
    void helpAndVersionNeedNoScreen() {
        QString said;
        QCOMPARE(run("/fanlight-gui", {"--help"}, said), 0);
        QVERIFY2(said.contains("[FILE...]") && said.contains("--version"), qPrintable(said));
        QCOMPARE(run("/fanlight-gui", {"--version"}, said), 0);
        QVERIFY2(said.startsWith("fanlight "), qPrintable(said));
        QString same;
        QCOMPARE(run("/fanlight", {"--version"}, same), 0);
        QCOMPARE(said.trimmed(), same.trimmed());
        QCOMPARE(run("/fanlight", {"gui", "--help"}, said), 0);
        QVERIFY2(said.contains("A project or a run folder to open"), qPrintable(said));
    }
};

FANLIGHT_TEST(TestGuiOptions, QCoreApplication)
#include "tst_gui_options.moc"
