#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/test.h"

namespace {

QString contentsOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// As the manual writes them.
const QHash<QString, QString> standardKeys = {
    {"New", "Ctrl+N"},       {"Open", "Ctrl+O"},  {"Save", "Ctrl+S"}, {"Undo", "Ctrl+Z"},  {"Redo", "Ctrl+Y"},
    {"Copy", "Ctrl+C"},      {"Paste", "Ctrl+V"}, {"Find", "Ctrl+F"}, {"Delete", "Del"},   {"Cut", "Ctrl+X"},
    {"SelectAll", "Ctrl+A"}, {"Close", "Ctrl+W"}, {"Quit", "Ctrl+Q"}, {"Print", "Ctrl+P"}, {"HelpContents", "F1"}};

}  // namespace

class KeysPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyShortcutIsOnThePage() {
        static const QRegularExpression written("\"((?:(?:Ctrl|Alt|Shift)\\+)+[^\"%]+|F\\d+)\""),
            standard("QKeySequence::(\\w+)");
        const QString page = contentsOf(fanlight::source_path("/resources/manual/keys.md"));
        int found = 0;
        for (QDirIterator it(fanlight::source_path("/ui"), {"*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
             it.hasNext();) {
            const QString file = it.next(), source = contentsOf(file);
            QStringList keys;
            for (auto match = written.globalMatch(source); match.hasNext();) keys << match.next().captured(1);
            for (auto match = standard.globalMatch(source); match.hasNext();) {
                const QString name = match.next().captured(1);
                if (name != "NativeText" && name != "PortableText" && name != "listToString")
                    keys << standardKeys.value(name, name);
            }
            for (const QString& key : keys)
                QVERIFY2(page.contains("`" + key + "`"), qPrintable(file + ": " + key + " is not in keys.md"));
            found += static_cast<int>(keys.size());
        }
        QVERIFY(found > 30);
    }
};

FANLIGHT_TEST(KeysPageTest)
#include "tst_keys_page.moc"
