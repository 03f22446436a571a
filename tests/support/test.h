#pragma once

#include <QCoreApplication>
#include <QTest>
#include <type_traits>

/// The tests of a folder form one program; each test class is run in a separate process. A file ends with
///     FANLIGHT_TEST(TestJson)                      without an application
///     FANLIGHT_TEST(TestQueuePane, QApplication)   with one
///     #include "tst_json.moc"
/// and `core_base_tests tst_json` runs it; Qt Test's arguments may follow.
namespace fanlight {

/// Something that a test program can run: `main` gets its name as argv[0], followed by its arguments.
struct TestPart {
    using Main = int (*)(int argc, char** argv);

    /// `name`: the program's first argument that selects it; a path stands for its file name without the suffix.
    TestPart(const char* name, Main main);
};

template <class Test, class Application = void>
int run_test(int argc, char** argv) {
    const auto run = [&] {
        Test test;
        return QTest::qExec(&test, argc, argv);
    };
    if constexpr (std::is_void_v<Application>) {
        return run();
    } else {
        QCoreApplication::setAttribute(Qt::AA_Use96Dpi);
        const Application application(argc, argv);
        return run();
    }
}

}  // namespace fanlight

// Several files may be compiled as one, so each has a name of its own.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define FANLIGHT_TEST(...) FANLIGHT_NUMBERED_TEST(__COUNTER__, __VA_ARGS__)
#define FANLIGHT_NUMBERED_TEST(number, ...) FANLIGHT_NAMED_TEST(number, __VA_ARGS__)
#define FANLIGHT_NAMED_TEST(number, ...) \
    static const fanlight::TestPart test_part_##number(__FILE__, fanlight::run_test<__VA_ARGS__>);
// NOLINTEND(cppcoreguidelines-macro-usage)
