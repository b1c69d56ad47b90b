package main

import "fmt"

func main() {
	c := make(chan int)
	for n := 1; n < 10; n++ {
		go func(n int) { c <- n * n }(n)
	}
	sum := 0
	for n := 1; n < 10; n++ {
		sum += <-c
	}
	fmt.Println("done", sum)
}
