// Rules that are easily broken without noticing: which room may include which, and how long a file may be.

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <map>
#include <set>
#include <vector>

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

void add_uses(Room& room, const QString& names) {
    for (const QString& name : names.simplified().split(' ', Qt::SkipEmptyParts)) room.uses.insert(name);
}

/// The fanlight_room and fanlight_family lines of CMakeLists.txt, which also decide what is linked.
std::map<QString, Room> rooms() {
    std::map<QString, Room> table;
    static const QRegularExpression room_line(
        R"(^fanlight_room\(([\w/]+)\s*(TORCH)?\s*(?:USES ([\w/\s]+?))?\s*(?:LINKS (.*))?\)$)",
        QRegularExpression::MultilineOption);
    const QString text = text_of(root + "/CMakeLists.txt");
    for (auto it = room_line.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        Room& room = table[match.captured(1)];
        add_uses(room, match.captured(3));
        room.torch = !match.captured(2).isEmpty();
        room.qt = match.captured(4).contains("Qt6::");
    }
    static const QRegularExpression family_line(
        R"(^fanlight_family\((\w+)\s+USES ([\w/\s]+?)(?:\s+NETWORK USES ([\w/\s]+))?\)$)",
        QRegularExpression::MultilineOption);
    for (auto it = family_line.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        const QString name = "families/" + match.captured(1);
        add_uses(table[name], match.captured(2));
        if (match.captured(3).isEmpty()) continue;
        add_uses(table[name + "/network"], match.captured(3));
        table[name + "/network"].torch = true;
    }
    return table;
}

/// The fanlight_pane lines: the panes that each pane of ui/ may use.
std::map<QString, Room> panes() {
    std::map<QString, Room> table;
    static const QRegularExpression line(R"(^fanlight_pane\((\w+)\s*(?:USES ([\w\s]+?))?\s*(?:LINKS .*)?\)$)",
                                         QRegularExpression::MultilineOption);
    for (auto it = line.globalMatch(text_of(root + "/CMakeLists.txt")); it.hasNext();) {
        const auto match = it.next();
        add_uses(table[match.captured(1)], match.captured(2));
    }
    return table;
}

/// Everything that is linked with these rooms.
std::set<QString> linked_with(const std::set<QString>& rooms, const std::map<QString, Room>& table) {
    std::set<QString> linked;
    std::vector<QString> left(rooms.begin(), rooms.end());
    while (!left.empty()) {
        const QString room = left.back();
        left.pop_back();
        if (!linked.insert(room).second) continue;
        for (const QString& used : table.at(room).uses) left.push_back(used);
    }
    return linked;
}

/// The fanlight_program lines: the rooms that each file of app/ is linked with, by the beginning of its path.
std::map<QString, std::set<QString>> programs(const std::map<QString, Room>& table) {
    std::map<QString, std::set<QString>> linked;
    static const QRegularExpression line(
        R"(^fanlight_program\(\S+\s+MAIN (\S+)(?: FOLDERS ([\w/ ]+?))? USES ([\w ]+?)(?: LINKS .*)? PCH \w+\)$)",
        QRegularExpression::MultilineOption);
    for (auto it = line.globalMatch(text_of(root + "/CMakeLists.txt")); it.hasNext();) {
        const auto match = it.next();
        Room program;
        add_uses(program, match.captured(3));
        if (program.uses.erase("ui") > 0)
            program.uses = {"plan", "owner", "project", "text"};  // what rooms.cmake links panes with
        const auto rooms = linked_with(program.uses, table);
        linked[match.captured(1)] = rooms;
        for (const QString& folder : match.captured(2).split(' ', Qt::SkipEmptyParts)) linked[folder + "/"] = rooms;
    }
    return linked;
}

/// The room that a file of core/ is in, by its path there: the deepest one.
QString room_of(const QString& path, const std::map<QString, Room>& table) {
    QString folder = path.section('/', 0, -2);
    while (!folder.isEmpty() && !table.contains(folder)) folder = folder.section('/', 0, -2);
    return folder;
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

/// A source without comments and without sentences: string literals that hold a blank.
QString code_of(const QString& file) {
    static const QRegularExpression comment("//[^\n]*"), sentence("\"(?:[^\"\\\\\n]|\\\\.)* (?:[^\"\\\\\n]|\\\\.)*\"");
    return text_of(file).remove(comment).remove(sentence);
}

/// The functions that a file has for itself. Those that nlohmann's library finds by their arguments may have the same
/// name anywhere.
QStringList own_functions(const QString& source) {
    static const QRegularExpression definition(
        R"(^(?:\[\[\w+\]\] )?(?:inline |static |constexpr |const )*[A-Za-z_][\w:<>,&*\[\] ]*?[ &*>]([A-Za-z_]\w*)\()");
    QStringList names;
    bool is_own = false;
    for (const QString& line : source.split('\n')) {
        if (line == "namespace {") is_own = true;
        if (line == "}  // namespace") is_own = false;
        const auto match = definition.match(line);
        if (is_own && match.hasMatch() && !match.captured(1).endsWith("_json")) names << match.captured(1);
    }
    names.removeDuplicates();
    return names;
}

}  // namespace

class TstSourceRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRoomIncludesOnlyWhatItsLineNames() {
        const auto table = rooms();
        QVERIFY(table.size() >= 15);
        for (const QString& file : sources("core")) {
            const QString name = room_of(file.mid((root + "/core/").size()), table);
            const Room& room = table.at(name);
            for (const QString& include : includes_of(text_of(file))) {
                const QByteArray message = (file + " includes " + include).toUtf8();
                if (include.startsWith("core/")) {
                    const QString other = room_of(include.mid(5), table);
                    // The contract between the table of families and its rows is a header alone.
                    const bool contract = include == "core/families/family.h" && name.startsWith("families/");
                    QVERIFY2(other == name || room.uses.contains(other) || contract, message.constData());
                }
                QVERIFY2(!include.startsWith("app/") && !include.startsWith("ui/"), message.constData());
                QVERIFY2(room.torch || !is_torch(include), message.constData());
                QVERIFY2(room.qt || !is_qt(include), message.constData());
            }
        }
    }

    void aPaneIncludesOnlyWhatItsLineNamesAndNoTorch() {
        const auto rooms_by_name = rooms();
        const auto table = panes();
        const auto linked = linked_with({"plan", "owner", "project", "text"}, rooms_by_name);  // see fanlight_pane
        QVERIFY(table.size() >= 14);
        for (const QString& file : sources("ui")) {
            const QString name = file.mid((root + "/ui/").size()).section('/', 0, 0);
            QVERIFY2(table.contains(name), qPrintable(file));
            for (const QString& include : includes_of(text_of(file))) {
                const QByteArray message = (file + " includes " + include).toUtf8();
                const QString other = include.section('/', 1, 1);
                if (include.startsWith("ui/"))
                    QVERIFY2(other == name || table.at(name).uses.contains(other), message.constData());
                if (include.startsWith("core/"))
                    QVERIFY2(linked.contains(room_of(include.mid(5), rooms_by_name)), message.constData());
                QVERIFY2(!include.startsWith("app/") && !is_torch(include), message.constData());
            }
        }
    }

    void aProgramIncludesOnlyWhatItsLineNames() {
        const auto table = rooms();
        const auto linked = programs(table);
        QCOMPARE(linked.size(), size_t{6});
        for (const QString& file : sources("app")) {
            const QString path = file.mid(root.size() + 1);
            const auto own = std::find_if(linked.begin(), linked.end(),
                                          [&](const auto& program) { return path.startsWith(program.first); });
            QVERIFY2(own != linked.end(), qPrintable(path));
            for (const QString& include : includes_of(text_of(file))) {
                const bool fits = !include.startsWith("core/") || own->second.contains(room_of(include.mid(5), table));
                QVERIFY2(fits && (!include.startsWith("ui/") || path == "app/gui_main.cpp"),
                         qPrintable(path + " includes " + include));
            }
        }
    }

    void theContractOfTheFamiliesIsAHeaderAlone() {
        QVERIFY(QFile::exists(root + "/core/families/family.h"));
        QVERIFY(!QFile::exists(root + "/core/families/family.cpp"));
        const auto table = rooms();
        for (const QString& include : includes_of(text_of(root + "/core/families/family.h")))
            QVERIFY2(room_of(include.mid(5), table) != "families", qPrintable(include));
    }

    void onlyFamiliesAndModelsNameTheirNetworks() {
        static const QRegularExpression networks(
            R"(\b\w*(?i:unet|stable[_ ]?diffusion)\w*|\bCLIP(?! skip)\w*|\bclip_(?:text|tokenizer|words|vocabulary)\w*)");
        for (const QString& folder : {QString("core"), QString("app"), QString("ui")}) {
            for (const QString& file : sources(folder)) {
                const QString path = file.mid(root.size() + 1);
                if (path.startsWith("core/families/") || path.startsWith("core/models/")) continue;
                if (path == "core/networks/networks.cpp") continue;    // the table of network halves itself
                if (path == "core/batch/lora.cpp") continue;           // A1111's tags name it
                if (path == "core/config/model_places.cpp") continue;  // ComfyUI's folder for networks
                if (path == "core/images/comfy_graph.cpp") continue;   // and its inputs that name them
                // What the network halves of several families share, and says so in its name.
                if (path.startsWith("core/pipelines/unet_") || path.startsWith("core/pipelines/clip_")) continue;
                const auto match = networks.match(code_of(file));
                QVERIFY2(!match.hasMatch(), qPrintable(path + " names " + match.captured()));
            }
        }
    }

    void everyFolderOfCoreIsARoom() {
        const auto table = rooms();
        for (const QString& file : sources("core")) {
            const QString path = file.mid((root + "/core/").size()), folder = path.section('/', 0, -2);
            const QString room = room_of(path, table);
            QVERIFY2(!room.isEmpty() && (room == folder || !folder.startsWith("families/")), qPrintable(folder));
        }
    }

    void theWallBetweenTorchAndQtStands() {
        const auto table = rooms();
        const auto room = [&](const QString& include) {
            const auto found = table.find(include.startsWith("core/") ? room_of(include.mid(5), table) : QString());
            return found == table.end() ? Room{} : found->second;
        };
        for (const QString& folder : {QString("core"), QString("app")}) {
            for (const QString& file : sources(folder)) {
                bool torch = false, qt = false;
                for (const QString& include : includes_of(text_of(file))) {
                    torch |= is_torch(include) || room(include).torch;
                    qt |= is_qt(include) || room(include).qt;
                }
                QVERIFY2(!(torch && qt), file.toUtf8().constData());
            }
        }
    }

    /// They are compiled as one: where a call fits another file's function better, it would be called instead.
    void noTwoFilesOfAFolderHaveFunctionsOfTheSameName() {
        const std::set<QString> compiled_apart = {"core/text"};
        QStringList same;
        QHash<QString, QString> found;
        for (const QString& top : {QString("core"), QString("app"), QString("ui")})
            for (const QString& file : sources(top)) {
                QString folder = file.mid(root.size() + 1).section('/', 0, -2);
                if (folder.startsWith("app/cli")) folder = "app/cli";
                if (!file.endsWith(".cpp") || compiled_apart.count(folder)) continue;
                for (const QString& name : own_functions(text_of(file))) {
                    QString& first = found[folder + " " + name];
                    if (!first.isEmpty()) same << name + ": " + first + ", " + file;
                    first = file;
                }
            }
        QVERIFY(found.size() > 500);
        QVERIFY2(same.isEmpty(), qPrintable(same.join('\n')));
    }

    void noFileIsLongerThanSixHundredLines() {
        for (const QString& folder : {QString("core"), QString("app"), QString("ui"), QString("tests")})
            for (const QString& file : sources(folder))
                QVERIFY2(text_of(file).count('\n') <= 600, file.toUtf8().constData());
    }
};

FANLIGHT_TEST(TstSourceRules)
#include "tst_source_rules.moc"
