/* The compile bombs of cmp-04 under limits that a test can wait for; the compiler works in a grandchild. */
int main(void)
{
    return 0;
}
