// Rules that are easily broken without noticing: which room may include which, and how long a file may be.

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <map>
#include <set>

#include "tests/support/places.h"
#include "tests/support/test.h"

namespace {

const QString root = fanlight::source_path();

QString text_of(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList sources(const QString& folder) {
    QStringList files;
    for (QDirIterator it(root + "/" + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
         it.hasNext();)
        files << it.next();
    return files;
}

struct Room {
    std::set<QString> uses;
    bool torch = false;
    bool qt = false;
};

/// The fanlight_room lines of CMakeLists.txt, which also decide what is linked.
std::map<QString, Room> rooms() {
    std::map<QString, Room> table;
    static const QRegularExpression line(
        "^fanlight_room\\((\\w+)\\s*(TORCH)?\\s*(?:USES ([\\w ]+?))?\\s*(?:LINKS (.*))?\\)$",
        QRegularExpression::MultilineOption);
    for (auto it = line.globalMatch(text_of(root + "/CMakeLists.txt")); it.hasNext();) {
        const auto match = it.next();
        Room& room = table[match.captured(1)];
        const QStringList used = match.captured(3).split(' ', Qt::SkipEmptyParts);
        room.uses.insert(used.begin(), used.end());
        room.torch = !match.captured(2).isEmpty();
        room.qt = match.captured(4).contains("Qt6::");
    }
    return table;
}

QStringList includes_of(const QString& text) {
    QStringList includes;
    static const QRegularExpression include("^#include [<\"]([^>\"]+)[>\"]", QRegularExpression::MultilineOption);
    for (auto it = include.globalMatch(text); it.hasNext();) includes << it.next().captured(1);
    return includes;
}

bool is_torch(const QString& include) {
    return include.startsWith("ATen/") || include.startsWith("c10/") || include.startsWith("torch/");
}
bool is_qt(const QString& include) {
    static const QRegularExpression qt("^Q[A-Z]");
    return qt.match(include).hasMatch();
}

}  // namespace

class TstSourceRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRoomIncludesOnlyWhatItsLineNames() {
        const auto table = rooms();
        QVERIFY(table.size() >= 15);
        for (const auto& [name, room] : table) {
            for (const QString& file : sources("core/" + name)) {
                for (const QString& include : includes_of(text_of(file))) {
                    const QByteArray message = (file + " includes " + include).toUtf8();
                    if (include.startsWith("core/")) {
                        const QString other = include.section('/', 1, 1);
                        QVERIFY2(other == name || room.uses.contains(other), message.constData());
                    }
                    QVERIFY2(!include.startsWith("app/") && !include.startsWith("ui/"), message.constData());
                    QVERIFY2(room.torch || !is_torch(include), message.constData());
                    QVERIFY2(room.qt || !is_qt(include), message.constData());
                }
            }
        }
    }

    void everyFolderOfCoreIsARoom() {
        const auto table = rooms();
        for (const QString& folder : QDir(root + "/core").entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            if (!sources("core/" + folder).isEmpty()) QVERIFY2(table.contains(folder), folder.toUtf8().constData());
    }

    void theWallBetweenTorchAndQtStands() {
        for (const QString& folder : {QString("core"), QString("app")}) {
            for (const QString& file : sources(folder)) {
                bool torch = false, qt = false;
                for (const QString& include : includes_of(text_of(file))) {
                    torch |= is_torch(include) || include.startsWith("core/worker/") ||
                             include.startsWith("core/pipelines/");
                    qt |= is_qt(include) || include.startsWith("core/run/");
                }
                QVERIFY2(!(torch && qt), file.toUtf8().constData());
            }
        }
    }

    void noFileIsLongerThanSixHundredLines() {
        for (const QString& folder : {QString("core"), QString("app"), QString("ui"), QString("tests")})
            for (const QString& file : sources(folder))
                QVERIFY2(text_of(file).count('\n') <= 600, file.toUtf8().constData());
    }
};

FANLIGHT_TEST(TstSourceRules)
#include "tst_source_rules.moc"
